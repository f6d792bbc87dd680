import { createHash, randomUUID } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressSigner, readSigner } from '../../../functions/files/signed-address.ts';
import type { ContractS3 } from '../../support/drivers/s3.ts';
import { contractS3, errorCode, itNeeds } from '../../support/drivers/s3.ts';

const bytes = Buffer.from('exactly these bytes');
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('base64');

let s3: ContractS3;
beforeAll(async () => {
  s3 = await contractS3();
});
afterAll(() => s3.stop());

/** The variables of a function that signs. */
const identity = () => ({
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  AWS_ENDPOINT_URL_S3: s3.endpoint,
});

const newKey = () => `originals/team/${randomUUID()}`;

/** The upload request as the product signs it: every header that matters is a signed header. */
async function signPut(
  key: string,
  { length = bytes.length, checksum, expiresIn = 300 }: { length?: number; checksum?: string; expiresIn?: number } = {},
) {
  const headers: Record<string, string> = {
    'content-type': 'image/png',
    'if-none-match': '*',
    ...(checksum && { 'x-amz-checksum-sha256': checksum }),
  };
  const command = new PutObjectCommand({
    Bucket: s3.bucket,
    Key: key,
    ContentType: 'image/png',
    ContentLength: length,
    IfNoneMatch: '*',
    ...(checksum && { ChecksumSHA256: checksum }),
  });
  const url = await getSignedUrl(s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), command, {
    expiresIn,
    signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]),
    unhoistableHeaders: new Set(['if-none-match', 'x-amz-checksum-sha256']),
  });
  return { url, headers };
}

const put = (url: string, headers: Record<string, string>, body: Buffer = bytes) =>
  fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) });
const exists = (key: string) =>
  s3
    .client()
    .send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }))
    .then(
      () => true,
      () => false,
    );

describe('a presigned PUT', () => {
  it('signs length, type, host and the condition as headers', async () => {
    const { url } = await signPut(newKey(), { checksum: sha256(bytes) });
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe(
      'content-length;content-type;host;if-none-match;x-amz-checksum-sha256',
    );
  });

  it('stores exactly the bytes and the type that were signed', async () => {
    const key = newKey();
    const { url, headers } = await signPut(key, { checksum: sha256(bytes) });
    const response = await put(url, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`);
    const stored = await s3.client().send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect(stored.ContentType).toBe('image/png');
    expect(Buffer.from((await stored.Body?.transformToByteArray()) ?? [])).toEqual(bytes);
  });

  it.each([
    [
      'one byte more',
      (headers: Record<string, string>) => ({ headers, body: Buffer.concat([bytes, Buffer.from('!')]) }),
    ],
    ['one byte less', (headers: Record<string, string>) => ({ headers, body: bytes.subarray(1) })],
    [
      'another type',
      (headers: Record<string, string>) => ({ headers: { ...headers, 'content-type': 'text/html' }, body: bytes }),
    ],
    ['a dropped condition', ({ 'if-none-match': _, ...headers }: Record<string, string>) => ({ headers, body: bytes })],
    ['a dropped type', ({ 'content-type': _, ...headers }: Record<string, string>) => ({ headers, body: bytes })],
  ])('is refused with %s, and stores nothing', async (_name, change) => {
    const key = newKey();
    const { url, headers } = await signPut(key);
    const changed = change(headers);
    const response = await put(url, changed.headers as Record<string, string>, changed.body);
    expect(response.status).toBe(403);
    expect(await exists(key)).toBe(false);
  });

  itNeeds('unsigned header refusal')('is refused with metadata that was not signed', async () => {
    const key = newKey();
    const { url, headers } = await signPut(key);
    expect((await put(url, { ...headers, 'x-amz-meta-owner': 'somebody' })).status).toBe(403);
    expect(await exists(key)).toBe(false);
  });

  it('is refused for another key and for another method', async () => {
    const [key, other] = [newKey(), newKey()];
    const { url, headers } = await signPut(key);
    expect((await put(url.replace(key, other), headers)).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(403);
    expect([await exists(key), await exists(other)]).toEqual([false, false]);
  });

  it('is refused the second time, and the first object stays', async () => {
    const key = newKey();
    const { url, headers } = await signPut(key);
    expect((await put(url, headers)).status).toBe(200);
    const again = await put(url, headers, Buffer.from('exactly those bytes'));
    expect(again.status).toBe(412);
    expect(await errorCode(again)).toBe('PreconditionFailed');
    const stored = await s3.client().send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect(await stored.Body?.transformToString()).toBe(bytes.toString());
  });

  it('has exactly one winner among racing requests', async () => {
    const { url, headers } = await signPut(newKey());
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await put(url, headers)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200).every((status) => status === 412 || status === 409)).toBe(true);
  });

  it('is refused once it has expired', async () => {
    const { url, headers } = await signPut(newKey(), { expiresIn: 1 });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    const response = await put(url, headers);
    expect([response.status, await errorCode(response)]).toEqual([403, 'AccessDenied']);
  });

  itNeeds('checksum enforcement')('is refused when the right number of bytes is not the signed content', async () => {
    const key = newKey();
    const { url, headers } = await signPut(key, { checksum: sha256(bytes) });
    const response = await put(url, headers, Buffer.alloc(bytes.length, 'x'));
    expect([response.status, await errorCode(response)]).toEqual([400, 'BadDigest']);
    expect(await exists(key)).toBe(false);
  });

  it('is refused with another checksum than the signed one', async () => {
    const { url, headers } = await signPut(newKey(), { checksum: sha256(bytes) });
    const response = await put(url, { ...headers, 'x-amz-checksum-sha256': sha256(Buffer.from('other')) });
    expect(response.status).toBe(403);
  });
});

describe('a private bucket', () => {
  it('answers no request without a signature', async () => {
    const key = newKey();
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes }));
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const response = await fetch(`${s3.endpoint}/${s3.bucket}/${key}`, {
        method,
        ...(method === 'PUT' && { body: 'x' }),
      });
      expect([method, response.status]).toEqual([method, 403]);
    }
    expect((await fetch(`${s3.endpoint}/${s3.bucket}`)).status).toBe(403);
    expect((await fetch(`${s3.endpoint}/${s3.bucket}/missing`)).status).toBe(403);
  });

  it('answers a presigned GET with the headers that it asks for', async () => {
    const key = newKey();
    await s3
      .client()
      .send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes, ContentType: 'image/png' }));
    const command = new GetObjectCommand({
      Bucket: s3.bucket,
      Key: key,
      ResponseContentDisposition: "attachment; filename*=UTF-8''%C3%A9t%C3%A9.png",
      ResponseContentType: 'application/octet-stream',
      ResponseCacheControl: 'private, max-age=60',
    });
    const url = await getSignedUrl(s3.client(), command, { expiresIn: 60 });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''%C3%A9t%C3%A9.png");
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('cache-control')).toBe('private, max-age=60');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect((await fetch(url.replace('max-age%3D60', 'max-age%3D61'))).status).toBe(403);
  });

  it('answers scripts at a signed address of their own, with a grant that pages need not have', async () => {
    const key = newKey();
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes }));
    const sign = readSigner(s3.bucket, identity());
    const permit = { key, contentType: 'image/png', contentDisposition: 'inline', cacheControl: 'private' };
    for (const method of ['GET', 'HEAD'] as const) {
      const [page = '', script = ''] = [false, true].map((readByScript) =>
        sign({ ...permit, method, readByScript }, 60),
      );
      expect(new URL(script).searchParams.get('x-read-by')).toBe('script');
      expect(new URL(page).searchParams.has('x-read-by')).toBe(false);
      const answers = await Promise.all([page, script].map((url) => fetch(url, { method })));
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      for (const { headers } of answers) {
        const shown = ['content-type', 'content-disposition', 'content-encoding', 'cache-control'];
        expect(shown.map((name) => headers.get(name))).toEqual(['image/png', 'inline', 'identity', 'private']);
      }
      const other = method === 'GET' ? 'HEAD' : 'GET';
      expect((await fetch(page, { method: other })).status).toBe(403);
      expect((await fetch(script.replace('x-read-by=script', 'x-read-by=page'), { method })).status).toBe(403);
    }
  });

  it('opens an object at an address that was signed without the SDK, until it is changed or over', async () => {
    const key = `renditions/team/${randomUUID()}/a b'(é)*.webp`;
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: bytes }));
    const address = addressSigner(s3.bucket, identity(), { cacheControl: 'private, no-cache' })(key);
    const answer = await fetch(address);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
    const again = await fetch(address, { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await fetch(address.replace('no-cache', 'max-age%3D9'))).status).toBe(403);
    expect((await fetch(address, { method: 'DELETE' })).status).toBe(403);
    const now = () => Date.now() - 600_000;
    const former = addressSigner(s3.bucket, identity(), { cacheControl: 'private', now })(key);
    expect((await fetch(former)).status).toBe(403);
  });

  it('refuses a wrong secret and an unknown key', async () => {
    const head = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      s3.client({ credentials }).send(new DeleteObjectCommand({ Bucket: s3.bucket, Key: 'k' }));
    await expect(head({ ...s3.credentials, secretAccessKey: 'wrong' })).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    await expect(head({ ...s3.credentials, accessKeyId: 'NOBODY' })).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
  });
});
