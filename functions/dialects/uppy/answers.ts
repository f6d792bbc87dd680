import * as z from 'zod/mini';
import { type Answer, answer, type DialectDocument } from '../common/dialect-document.ts';

const count = z.int().check(z.nonnegative());
const seconds = count;

const SignedForm = z.strictObject({
  method: z.literal('POST'),
  url: z.url(),
  fields: z.record(z.string(), z.string()),
  expires: seconds,
});
const Place = z.strictObject({ key: z.string(), uploadId: z.string(), bucket: z.string() });
const Parts = z.array(z.strictObject({ PartNumber: count, ETag: z.string(), Size: count }));
const Completed = z.strictObject({ location: z.url(), key: z.string(), bucket: z.string() });

const answers = {
  'GET params': { ...answer(200, SignedForm), refusals: [409, 413, 415] },
  'POST multipart': answer(200, Place),
  'GET multipart/{uploadId}': { ...answer(200, Parts), refusals: [409] },
  'GET multipart/{uploadId}/{partNumber}': {
    ...answer(200, z.strictObject({ url: z.url(), expires: seconds })),
    refusals: [409, 410, 413],
  },
  'GET multipart/{uploadId}/batch': {
    ...answer(200, z.strictObject({ presignedUrls: z.record(z.string(), z.url()) })),
    refusals: [409, 410, 413],
  },
  'POST multipart/{uploadId}/complete': { ...answer(200, Completed), refusals: [410] },
  'DELETE multipart/{uploadId}': answer(200, z.strictObject({})),
} as const satisfies Record<string, Answer>;

const at = (mount: string): readonly (readonly [string, Answer])[] =>
  Object.entries(answers).map(([route, found]) => [route.replace(' ', ` ${mount}/s3/`), found]);

/** The answers to Uppy, with and without a token in the path. */
export const uppyDocument: DialectDocument = {
  title: 'Mediashelf: uppy',
  description: 'What `@uppy/aws-s3` asks of a Companion server, for versions 5 and 6.',
  answers: Object.fromEntries([...at('/api/v1/uppy/{token}'), ...at('/api/v1/uppy')]),
  error: z.strictObject({ error: z.string(), message: z.string() }),
  schemas: {},
  forms: {},
};
