import * as z from 'zod/mini';
import { codesOf, ERROR_REFERENCE } from '../../domain/error-reference.ts';
import { type ErrorCode, MediaError } from '../../domain/errors.ts';
import { type Answer, answer } from '../common/dialect-document.ts';
import { accountAnswers } from './account-answers.ts';
import { bulkAnswers } from './bulk-answers.ts';
import { collectionAnswers } from './collection-answers.ts';
import { v1 } from './dialect.ts';
import { eventAnswers } from './event-answers.ts';
import { Media, mediaAnswers } from './media-answers.ts';
import { shareAnswers } from './share-answers.ts';
import { uploadAnswers } from './upload-answers.ts';

/**
 * The successful answers of v1, by `METHOD path`. Only the documents and the tests read it: it is separate from the routes, so
 * that no function bundles the schemas of its answers.
 */
export const v1Answers: Readonly<Record<string, Answer>> = {
  ...mediaAnswers,
  ...bulkAnswers,
  ...uploadAnswers,
  ...accountAnswers,
  ...eventAnswers,
  ...shareAnswers,
  ...collectionAnswers,
  'GET /api/v1/openapi.json': answer(200),
  'GET /docs': answer(200),
  'GET /docs/{file}': answer(200),
  'GET /app': answer(200),
  'GET /app/{path+}': answer(200),
  'GET /app/assets/{file}': answer(200),
};

const isNamed = (code: ErrorCode): boolean =>
  'details' in (v1.refuse(new MediaError(code, '')).body as Readonly<Record<string, unknown>>);

/** The codes that v1 names: of a 401, 403, 404 or a fault of the server, the status says all. */
export const v1ErrorCode = z.enum(codesOf(ERROR_REFERENCE).filter(isNamed));

/** An error of v1. */
export const v1Error = z.strictObject({
  success: z.literal(false),
  error: z.string(),
  details: z.optional(
    z.object({
      code: v1ErrorCode,
      /** The record as it is now, where the call was for another version of it. */
      current: z.optional(Media),
      errors: z.optional(
        z.array(
          z.looseObject({ code: z.string(), path: z.array(z.union([z.string(), z.number()])), message: z.string() }),
        ),
      ),
    }),
  ),
});
