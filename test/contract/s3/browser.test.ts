import { createHmac, randomUUID } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signingKey } from '../../../local/iam/sigv4.ts';
import type { ContractS3 } from '../../support/drivers/s3.ts';
import { CONTRACT_CORS, contractS3, errorCode } from '../../support/drivers/s3.ts';

let s3: ContractS3;
beforeAll(async () => {
  s3 = await contractS3();
});
afterAll(() => s3.stop());

const exists = (key: string) =>
  s3
    .client()
    .send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }))
    .then(
      () => true,
      () => false,
    );

interface Form {
  readonly fields: Record<string, string>;
  readonly conditions: unknown[];
  readonly expiresInMs?: number;
}

/** A signed form for one key, a PNG of 5 to 10 bytes; tests change it before or after it is signed. */
function signForm({ fields, conditions, expiresInMs = 60_000 }: Form): Record<string, string> {
  const amzDate = `${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const date = amzDate.slice(0, 8);
  const signed = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${s3.credentials.accessKeyId}/${date}/us-east-1/s3/aws4_request`,
    'x-amz-date': amzDate,
  };
  const document = {
    expiration: new Date(Date.now() + expiresInMs).toISOString(),
    conditions: [
      { bucket: s3.bucket },
      ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
      ...conditions,
    ],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = createHmac('sha256', signingKey(s3.credentials.secretAccessKey, date, 'us-east-1', 's3'))
    .update(policy)
    .digest('hex');
  return { ...fields, ...signed, policy, 'x-amz-signature': signature };
}

const imageForm = (key: string, more: Partial<Form> = {}): Form => ({
  fields: { key, 'Content-Type': 'image/png' },
  conditions: [{ key }, ['starts-with', '$Content-Type', 'image/'], ['content-length-range', 5, 10]],
  ...more,
});

function send(fields: Record<string, string>, content = '1234567', filename = 'photo.png') {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([content]), filename);
  return fetch(`${s3.endpoint}/${s3.bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}

describe('a form with a signed policy', () => {
  it('stores its file', async () => {
    const key = `form/${randomUUID()}`;
    expect((await send(signForm(imageForm(key)))).status).toBe(204);
    const object = await s3.client().send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect([await object.Body?.transformToString(), object.ContentType]).toEqual(['1234567', 'image/png']);
  });

  it('may name the key after the file', async () => {
    const prefix = `form/${randomUUID()}/`;
    const fields = { key: `${prefix}\${filename}`, 'Content-Type': 'image/png' };
    const conditions = [
      ['starts-with', '$key', prefix],
      ['starts-with', '$Content-Type', ''],
    ];
    expect((await send(signForm({ fields, conditions }))).status).toBe(204);
    expect(await exists(`${prefix}photo.png`)).toBe(true);
  });

  it('answers with the status or the redirect that it asks for', async () => {
    const key = `form/${randomUUID()}`;
    const { fields, conditions } = imageForm(key);
    const created = await send(
      signForm({
        fields: { ...fields, success_action_status: '201' },
        conditions: [...conditions, { success_action_status: '201' }],
      }),
    );
    expect([created.status, /<Key>(.*)<\/Key>/.exec(await created.text())?.[1]]).toEqual([201, key]);
    const target = 'http://127.0.0.1:9/done';
    const redirect = { success_action_redirect: target };
    const moved = await send(signForm({ fields: { ...fields, ...redirect }, conditions: [...conditions, redirect] }));
    expect(moved.status).toBe(303);
    const location = new URL(moved.headers.get('location') ?? '');
    expect([location.pathname, location.searchParams.get('bucket'), location.searchParams.get('key')]).toEqual([
      '/done',
      s3.bucket,
      key,
    ]);
  });

  it.each([
    ['a file that is too long', '12345678901', 'EntityTooLarge'],
    ['a file that is too short', '1234', 'EntityTooSmall'],
  ])('refuses %s', async (_name, content, code) => {
    const key = `form/${randomUUID()}`;
    const response = await send(signForm(imageForm(key)), content);
    expect([response.status, await errorCode(response)]).toEqual([400, code]);
    expect(await exists(key)).toBe(false);
  });

  it.each([
    ['another key', (fields: Record<string, string>) => ({ ...fields, key: 'form/other' })],
    ['another type', (fields: Record<string, string>) => ({ ...fields, 'Content-Type': 'text/html' })],
    [
      'a field that the policy does not name',
      (fields: Record<string, string>) => ({ ...fields, 'x-amz-meta-extra': '1' }),
    ],
    ['a forged signature', (fields: Record<string, string>) => ({ ...fields, 'x-amz-signature': '0'.repeat(64) })],
    ['no policy', ({ policy: _, ...fields }: Record<string, string>) => fields],
  ])('refuses %s', async (_name, change) => {
    const key = `form/${randomUUID()}`;
    const response = await send(change(signForm(imageForm(key))) as Record<string, string>);
    expect(response.status).toBe(403);
    expect([await exists(key), await exists('form/other')]).toEqual([false, false]);
  });

  it('refuses a policy that has expired', async () => {
    const key = `form/${randomUUID()}`;
    const response = await send(signForm(imageForm(key, { expiresInMs: -1000 })));
    expect([response.status, await errorCode(response)]).toEqual([403, 'AccessDenied']);
  });
});

describe('a page of another origin', () => {
  const preflight = (key: string, headers: Record<string, string>) =>
    fetch(`${s3.endpoint}/${s3.bucket}/${key}`, { method: 'OPTIONS', headers });
  const origin = 'https://app.example';

  it('is granted what a rule of the bucket allows', async () => {
    const response = await preflight('k', {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type,if-none-match,x-amz-checksum-sha256',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(response.headers.get('access-control-allow-headers')).toContain('if-none-match');
    expect(response.headers.get('access-control-max-age')).toBe(String(CONTRACT_CORS.MaxAge));
    const wild = await preflight('k', {
      origin: 'https://pr-1.preview.example',
      'access-control-request-method': 'GET',
    });
    expect(wild.headers.get('access-control-allow-origin')).toBe('https://pr-1.preview.example');
  });

  it.each([
    ['another origin', { origin: 'https://app.example.evil', 'access-control-request-method': 'PUT' }],
    ['another method', { origin, 'access-control-request-method': 'DELETE' }],
    ['another header', { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-other' }],
  ])('is granted nothing for %s', async (_name, headers) => {
    const response = await preflight('k', headers as Record<string, string>);
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may read the answer to its signed request, and another page may not', async () => {
    const key = randomUUID();
    await s3.client().send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: 'x' }));
    const url = await getSignedUrl(s3.client(), new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
    const granted = await fetch(url, { headers: { origin } });
    expect(granted.headers.get('access-control-allow-origin')).toBe(origin);
    expect(granted.headers.get('access-control-expose-headers')).toContain('ETag');
    const other = await fetch(url, { headers: { origin: 'https://elsewhere.example' } });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});
