import { createHash, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { s3Files } from '../../../functions/files/file-store.ts';
import { type FormPermit, formSigner } from '../../../functions/uploads/form-signer.ts';
import { type ContractS3, contractS3, itNeeds } from '../../support/drivers/s3.ts';
import { sendForm } from '../../support/drivers/uppy-client.ts';

const bytes = Buffer.from('exactly these bytes');
const other = Buffer.from(bytes).fill('x');

let s3: ContractS3;
beforeAll(async () => {
  s3 = await contractS3();
});
afterAll(() => s3.stop());

const files = () => s3Files(s3.bucket, s3.client());
const newKey = () => `inbox/team/${randomUUID()}`;

/** A form as the product signs it. */
const signed = async (permit: Partial<FormPermit> = {}) => {
  const exactly = { leastBytes: bytes.length, mostBytes: bytes.length };
  const key = newKey();
  const form = await formSigner(
    s3.bucket,
    s3.client(),
  )({ key, mimeType: 'image/png', sha256: null, ...exactly, ...permit });
  return { key, form };
};
const stored = async (key: string) => (await files().head(key)) !== undefined;

describe('a form as the product signs it', () => {
  it('stores its file with its type and answers 201', async () => {
    const { key, form } = await signed();
    expect((await sendForm(form, bytes)).status).toBe(201);
    expect(await files().head(key)).toMatchObject({ size: bytes.length, contentType: 'image/png' });
  });

  itNeeds('form etag')('is answered with the entity tag of its file', async () => {
    const { form } = await signed();
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    expect((await sendForm(form, bytes)).headers.get('etag')).toBe(etag);
  });

  it.each([
    ['a byte more', Buffer.concat([bytes, Buffer.from('!')])],
    ['a byte less', bytes.subarray(1)],
    ['nothing', Buffer.alloc(0)],
  ])('is refused with %s', async (_, body) => {
    const { key, form } = await signed();
    expect((await sendForm(form, body)).status).toBe(400);
    expect(await stored(key)).toBe(false);
  });

  it.each<[string, (key: string) => Readonly<Record<string, string | undefined>>]>([
    ['another key', (key) => ({ key: key.replace('inbox', 'originals') })],
    ['another type', () => ({ 'content-type': 'text/html' })],
    ['another status', () => ({ success_action_status: '200' })],
    ['a field that was not signed', () => ({ 'x-amz-meta-owner': 'me' })],
    ['an encoding', () => ({ 'content-encoding': 'gzip' })],
    ['a disposition', () => ({ 'content-disposition': 'inline' })],
    ['a cache control', () => ({ 'cache-control': 'public' })],
    ['a storage class', () => ({ 'x-amz-storage-class': 'DEEP_ARCHIVE' })],
    ['a redirect of its own', () => ({ success_action_redirect: 'https://evil.example/' })],
    ['an ACL', () => ({ acl: 'public-read' })],
    ['tags', () => ({ tagging: '<Tagging/>' })],
    [
      'a policy of its own',
      () => ({ Policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString('base64') }),
    ],
  ])('is refused with %s', async (what, change) => {
    const { key, form } = await signed();
    // Ceph looks at whether it has a storage class before it looks at the policy.
    const refusals = what === 'a storage class' ? [403, 400] : [403];
    expect(refusals).toContain((await sendForm(form, bytes, change(key))).status);
    expect([await stored(key), await stored(key.replace('inbox', 'originals'))]).toEqual([false, false]);
  });

  itNeeds('checksum enforcement')('is refused with other bytes than those of its digest', async () => {
    const { key, form } = await signed({ sha256: createHash('sha256').update(bytes).digest('base64') });
    expect((await sendForm(form, other)).status).toBe(400);
    expect(await stored(key)).toBe(false);
    expect((await sendForm(form, bytes)).status).toBe(201);
  });
});

describe('a copy that is made once', () => {
  const read = async (key: string) => Buffer.from((await files().readRange(key, 0, 100)) ?? []);

  itNeeds('conditional copy')('stays what it was when it is made again', async () => {
    const { key, form } = await signed();
    const original = key.replace('inbox', 'originals');
    await sendForm(form, bytes);
    await files().copyOnce(key, original, 'image/png');
    expect(await files().head(original)).toMatchObject({ size: bytes.length, contentType: 'image/png' });
    await sendForm(form, other);
    expect(await read(key)).toEqual(other);
    await files().copyOnce(key, original, 'image/png');
    expect(await read(original)).toEqual(bytes);
  });

  itNeeds('conditional copy')('has nothing of what its source carries but the bytes', async () => {
    const [from, to] = [newKey(), newKey()];
    await s3.client().send(
      new PutObjectCommand({
        Bucket: s3.bucket,
        Key: from,
        Body: bytes,
        ContentType: 'text/html',
        ContentEncoding: 'gzip',
        CacheControl: 'public',
        Metadata: { owner: 'me' },
        Tagging: 'GuardDutyMalwareScanStatus=NO_THREATS_FOUND',
      }),
    );
    expect(await files().tags(from)).toEqual({ GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' });
    await files().copyOnce(from, to, 'image/png');
    expect(await files().head(to)).toMatchObject({ size: bytes.length, contentType: 'image/png', carries: [] });
    expect(await files().tags(to)).toEqual({});
    expect(await read(to)).toEqual(bytes);
  });

  it('of nothing is nothing', async () => {
    const key = newKey();
    await files().copyOnce(key, `${key}-copy`, 'image/png');
    expect(await stored(`${key}-copy`)).toBe(false);
  });
});
