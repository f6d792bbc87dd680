import * as z from 'zod/mini';
import { MediaError } from '../../domain/errors.ts';
import { stableAddress } from '../../domain/media.ts';
import { type HeldPart, MOST_PARTS, MOST_SIGNED_AT_ONCE, SIGNED_PART_SECONDS } from '../../domain/parts.ts';
import type { UploadSession } from '../../domain/upload.ts';
import { callsOf, ENTRIES_OF_A_CALL } from '../../http/cost.ts';
import { type Route, type RouteDefinition, type RouteParts, route } from '../../http/route.ts';
import type { CompleteUpload } from '../../uploads/complete-upload.ts';
import type { SignedForm } from '../../uploads/form-signer.ts';
import type { PartsPlace } from '../../uploads/part-store.ts';
import type { SignedPart, SignParts } from '../../uploads/sign-parts.ts';
import { FileInBody, FileInQuery, fileInBody, fileInQuery } from './announced-file.ts';

/** Unknown fields are ignored: versions of Uppy differ. */
const KeyQuery = z.looseObject({
  key: z.string('The key of the object must be in the query').check(z.minLength(1), z.maxLength(1024)),
});
const BatchQuery = z.extend(KeyQuery, {
  partNumbers: z.string().check(z.regex(/^\d{1,9}(,\d{1,9})*$/, 'Expected numbers of parts with commas between them')),
});

const withoutQuotes = z.pipe(
  z.string().check(z.minLength(1), z.maxLength(200)),
  z.transform((etag: string) => etag.replaceAll('"', '')),
);
const Completion = z.object({
  parts: z
    .array(z.object({ PartNumber: z.int().check(z.gte(1), z.lte(MOST_PARTS)), ETag: withoutQuotes }))
    .check(z.minLength(1), z.maxLength(MOST_PARTS)),
});
/** 10,000 parts with their entity tags. */
const COMPLETION_LIMIT = 2 * 1024 * 1024;

type KeyParts = Pick<RouteParts<typeof KeyQuery, undefined>, 'path' | 'query'>;

/** The upload of S3 that a call is for. */
interface AtPlace {
  readonly place: PartsPlace;
}
const placeIn = ({ path, query }: KeyParts): AtPlace => ({ place: { key: query.key, uploadId: path.uploadId ?? '' } });

const partNumber = (text: string | undefined): number => {
  const number = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0;
  if (number >= 1 && number <= MOST_PARTS) return number;
  throw new MediaError('VALIDATION', `The number of a part is between 1 and ${MOST_PARTS}`);
};

const partNumbers = (list: string): readonly number[] => {
  const numbers = list.split(',').map(partNumber);
  if (numbers.length <= MOST_SIGNED_AT_ONCE) return numbers;
  throw new MediaError('VALIDATION', `At most ${MOST_SIGNED_AT_ONCE} parts are signed at once`);
};

type Definition<Query extends z.ZodMiniType | undefined, Body extends z.ZodMiniType | undefined, Input, Output> = Omit<
  RouteDefinition<Query, Body, Input, Output>,
  'dialect' | 'operation' | 'access' | 'failure'
>;

/** A route in two places: behind a token in the path, and without one for who sends headers or cookies. */
const inBothPlaces = <
  Input,
  Output,
  Query extends z.ZodMiniType | undefined = undefined,
  Body extends z.ZodMiniType | undefined = undefined,
>(
  definition: Definition<Query, Body, Input, Output>,
): readonly [Route<Input, Output>, Route<Input, Output>] => {
  const at = (mount: string, summary: string) =>
    route({
      ...definition,
      summary,
      path: `${mount}/s3${definition.path}`,
      dialect: 'uppy',
      operation: 'manage-uppy',
      access: 'media:create',
      failure: 'The upload failed',
    });
  const { summary } = definition;
  return [at('/api/v1/uppy/{token}', `${summary}, with a token in the path`), at('/api/v1/uppy', summary)];
};

export const uppySignForm = inBothPlaces({
  method: 'GET',
  path: '/params',
  summary: 'Sign a form that uploads a file in one request',
  writes: true,
  needsUploads: true,
  query: FileInQuery,
  input: ({ query }) => fileInQuery(query),
  reply: ({ url, fields, expires }: SignedForm) => ({ status: 200, body: { method: 'POST', url, fields, expires } }),
});

/** An object's location, with the bucket name that clients get. */
export interface BucketPlace extends PartsPlace {
  readonly bucket: string;
}

export const uppyBeginParts = inBothPlaces({
  method: 'POST',
  path: '/multipart',
  summary: 'Begin an upload in parts',
  needsUploads: true,
  body: FileInBody,
  input: ({ body }) => fileInBody(body),
  reply: ({ key, uploadId, bucket }: BucketPlace) => ({ status: 200, body: { key, uploadId, bucket } }),
});

export const uppyListParts = inBothPlaces({
  method: 'GET',
  path: '/multipart/{uploadId}',
  summary: 'List the stored parts of an upload',
  scopeIn: 'found',
  writes: true,
  query: KeyQuery,
  input: placeIn,
  reply: (parts: readonly HeldPart[]) => ({
    status: 200,
    body: parts.map(({ partNumber, etag, size }) => ({ PartNumber: partNumber, ETag: `"${etag}"`, Size: size })),
  }),
});

export const uppySignPart = inBothPlaces({
  method: 'GET',
  path: '/multipart/{uploadId}/{partNumber}',
  summary: 'Sign one part of an upload',
  needsUploads: true,
  scopeIn: 'found',
  writes: true,
  query: KeyQuery,
  input: ({ path, query }): AtPlace & Omit<SignParts, 'id'> => ({
    ...placeIn({ path, query }),
    partNumbers: [partNumber(path.partNumber)],
  }),
  reply: ([part]: readonly SignedPart[]) => ({ status: 200, body: { url: part?.url, expires: SIGNED_PART_SECONDS } }),
});

export const uppySignParts = inBothPlaces({
  method: 'GET',
  path: '/multipart/{uploadId}/batch',
  summary: 'Sign several parts of an upload',
  needsUploads: true,
  scopeIn: 'found',
  writes: true,
  query: BatchQuery,
  input: ({ path, query }): AtPlace & Omit<SignParts, 'id'> => ({
    ...placeIn({ path, query }),
    partNumbers: partNumbers(query.partNumbers),
  }),
  reply: (parts: readonly SignedPart[]) => ({
    status: 200,
    body: { presignedUrls: Object.fromEntries(parts.map(({ partNumber, url }) => [partNumber, url])) },
  }),
});

export const uppyCompleteParts = inBothPlaces({
  method: 'POST',
  path: '/multipart/{uploadId}/complete',
  summary: 'Complete an upload in parts',
  needsUploads: true,
  scopeIn: 'found',
  bodyLimit: COMPLETION_LIMIT,
  query: KeyQuery,
  body: Completion,
  cost: ({ parts = [] }: Pick<CompleteUpload, 'parts'>) => callsOf(parts.length, ENTRIES_OF_A_CALL),
  input: ({ path, query, body }): AtPlace & Omit<CompleteUpload, 'id'> => ({
    ...placeIn({ path, query }),
    parts: body.parts.map(({ PartNumber, ETag }) => ({ partNumber: PartNumber, etag: ETag })),
  }),
  reply: ({ session, key, bucket }: { session: UploadSession; key: string; bucket: string }, { publicUrl }) => ({
    status: 200,
    body: { location: stableAddress(publicUrl, { id: session.mediaId, filename: session.filename }), key, bucket },
  }),
});

export const uppyAbortParts = inBothPlaces({
  method: 'DELETE',
  path: '/multipart/{uploadId}',
  summary: 'Cancel an upload in parts',
  scopeIn: 'found',
  query: KeyQuery,
  input: placeIn,
  reply: () => ({ status: 200, body: {} }),
});

/** The endpoints for `@uppy/aws-s3`. */
export const uppyRoutes = [
  uppySignForm,
  uppyBeginParts,
  uppyListParts,
  uppySignPart,
  uppySignParts,
  uppyCompleteParts,
  uppyAbortParts,
].flat();
