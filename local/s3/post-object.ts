import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import type { CheckedBody } from './body.ts';
import { checkBody, chunksOf, contentMd5, MAX_PUT_BYTES } from './body.ts';
import type { BucketConfig } from './buckets.ts';
import { checkKey, objectArn } from './buckets.ts';
import { requestedChecksum } from './checksums.ts';
import { s3Error } from './errors.ts';
import { keptHeaders, quoted } from './object-headers.ts';
import type { FormFields } from './post-policy.ts';
import { checkPostPolicy } from './post-policy.ts';
import { causeOf, checksumAnswer, commitBlob, storeBody } from './put-object.ts';
import type { S3Engine, S3Reply, S3Target } from './request.ts';
import { xmlDocument } from './xml.ts';

/** S3 takes at most 20 KB of fields before the file. */
const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 100;

async function* limited(source: AsyncIterable<Buffer>, min: number, max: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > max) throw s3Error('EntityTooLarge');
    yield chunk;
  }
  if (length < min) throw s3Error('EntityTooSmall');
}

function answer(
  fields: FormFields,
  target: S3Target,
  bucket: BucketConfig,
  key: string,
  etag: string,
  extra: Record<string, string>,
): S3Reply {
  const location = `http://${target.incoming.headers.host ?? ''}/${bucket.name}/${encodeURIComponent(key).replace(/%2F/g, '/')}`;
  const headers = { ...extra, etag: quoted(etag), location };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    for (const [name, value] of [
      ['bucket', bucket.name],
      ['key', key],
      ['etag', quoted(etag)],
    ] as const)
      url.searchParams.append(name, value);
    return { status: 303, headers: { ...headers, location: url.href } };
  }
  const wanted = fields.get('success_action_status');
  if (wanted === '201')
    return {
      status: 201,
      headers,
      xml: xmlDocument('PostResponse', { Location: location, Bucket: bucket.name, Key: key, ETag: quoted(etag) }),
    };
  return { status: wanted === '200' ? 200 : 204, headers };
}

async function storeForm(
  engine: S3Engine,
  target: S3Target,
  bucket: BucketConfig,
  fields: Map<string, string>,
  file: Readable,
  filename: string,
): Promise<S3Reply> {
  const key = (fields.get('key') ?? '').replace(/\$\{filename\}/g, () => filename);
  if (key === '') throw s3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.");
  checkKey(key);
  fields.set('key', key);
  const now = engine.clock();
  const { principal, minBytes, maxBytes } = checkPostPolicy(fields, bucket.name, engine.access, now);
  engine.access.authorize(principal, 's3:PutObject', objectArn(bucket, key), { 'aws:SecureTransport': 'true' });
  const field = (name: string) => fields.get(name);
  const headers = keptHeaders(fields.keys(), field);
  const body: CheckedBody = checkBody(limited(chunksOf(file), minBytes, Math.min(maxBytes, MAX_PUT_BYTES)), {
    checksum: requestedChecksum(field),
    contentMd5: contentMd5(field('content-md5')),
  });
  const { blob, size, etag, checksum } = await storeBody(engine, body);
  const segment = { blob, size };
  const change = {
    bucket,
    event: 'ObjectCreated:Post',
    cause: causeOf(target, principal.arn),
    at: engine.clock(),
  } as const;
  commitBlob(engine, segment, () =>
    engine.publisher.publish({ key, size, etag, headers, segments: [segment], ...(checksum && { checksum }) }, change),
  );
  return answer(fields, target, bucket, key, etag, checksumAnswer(checksum));
}

/** A browser's form upload. The fields before the file count; the file streams to disk, and later fields are ignored. */
export async function postObject(engine: S3Engine, target: S3Target, bucket: BucketConfig): Promise<S3Reply> {
  const { incoming } = target;
  const form = openForm(incoming.headers['content-type'] ?? '');
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  let file: Readable | undefined;
  const done = new Promise<S3Reply>((resolve, reject) => {
    form.on('field', (name, value) => {
      if (file) return;
      fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (fieldBytes > MAX_FIELD_BYTES)
        reject(
          s3Error('MaxMessageLengthExceeded', 'Your POST request fields preceding the upload file were too large.'),
        );
      else fields.set(name.toLowerCase(), value);
    });
    form.on('file', (_name, stream, filename) => {
      file = stream;
      // The name is only data for `${filename}`; errors reach the reader of the stream.
      stream.on('error', () => undefined);
      storeForm(engine, target, bucket, fields, stream, filename ?? '').then(resolve, reject);
    });
    form.on('finish', () => {
      if (!file) reject(s3Error('InvalidArgument', 'POST requires exactly one file upload per request.'));
    });
    form.on('fieldsLimit', () => reject(s3Error('MaxMessageLengthExceeded')));
    form.on('error', (cause) => reject(Object.assign(s3Error('MalformedPOSTRequest'), { cause })));
  });
  if (incoming.headers.expect !== undefined) target.outgoing.writeContinue();
  // When the client disconnects in the middle, the parser would wait for the rest for ever.
  const piped = pipeline(incoming, form, { end: true }).catch((cause: unknown) => {
    file?.destroy(Object.assign(s3Error('IncompleteBody'), { cause }));
    throw Object.assign(s3Error('MalformedPOSTRequest'), { cause });
  });
  try {
    const [reply] = await Promise.all([done, Promise.race([piped, once(form, 'finish')])]);
    return reply;
  } catch (error) {
    incoming.unpipe(form);
    incoming.resume();
    piped.catch(() => undefined);
    throw error;
  }
}

function openForm(contentType: string) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      limits: { files: 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, headerSize: 8 * 1024 },
      fileHwm: 256 * 1024,
    });
  } catch {
    throw s3Error('MalformedPOSTRequest');
  }
}
