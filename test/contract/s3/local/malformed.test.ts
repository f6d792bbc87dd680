import { once } from 'node:events';
import { connect } from 'node:net';
import {
  CompleteMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LocalS3 } from '../../../support/drivers/s3.ts';
import { errorCode, startLocalS3 } from '../../../support/drivers/s3.ts';

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterAll(() => s3.stop());

/** Sends bytes as they are and gives the status line back. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(s3.url).port), '127.0.0.1');
  socket.end(text);
  const [data] = await once(socket, 'data');
  socket.destroy();
  return String(data).split('\r\n', 1)[0] ?? '';
}

describe('an odd request', () => {
  it.each([
    'nonsense\r\n\r\n',
    'GET /%zz HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'GET http://x HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: localhost\r\na b: c\r\n\r\n',
  ])('such as %j is a 4xx', async (text) => {
    expect(await raw(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('for a sub-resource that this server lacks is NotImplemented, and not taken for the plain operation', async () => {
    const object = { Bucket: s3.bucket, Key: 'tagged' };
    await s3.client().send(new PutObjectCommand({ ...object, Body: 'kept' }));
    for (const command of [new GetObjectAclCommand(object), new DeleteObjectTaggingCommand(object)]) {
      await expect(s3.client().send(command as GetObjectAclCommand)).rejects.toMatchObject({ name: 'NotImplemented' });
    }
    const { Body } = await s3.client().send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('kept');
  });

  it('for tags is answered with those of the object as it is', async () => {
    const object = { Bucket: s3.bucket, Key: 'tagged' };
    const tagsOf = async () => (await s3.client().send(new GetObjectTaggingCommand(object))).TagSet;
    await s3.client().send(new PutObjectCommand({ ...object, Body: 'first' }));
    expect(await tagsOf()).toEqual([]);
    const TagSet = [{ Key: 'a', Value: 'b' }];
    await s3.client().send(new PutObjectTaggingCommand({ ...object, Tagging: { TagSet } }));
    expect(await tagsOf()).toEqual(TagSet);
    const twice = { TagSet: [...TagSet, ...TagSet] };
    const refused = s3.client().send(new PutObjectTaggingCommand({ ...object, Tagging: twice }));
    await expect(refused).rejects.toMatchObject({ name: 'InvalidTag' });
    await s3.client().send(new DeleteObjectCommand(object));
    await expect(tagsOf()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('with a broken, foreign or hostile XML body is MalformedXML', async () => {
    const command = new CompleteMultipartUploadCommand({ Bucket: s3.bucket, Key: 'k', UploadId: 'u' });
    for (const body of [
      '',
      '<',
      '<a/>',
      '<CompleteMultipartUpload>',
      '<!DOCTYPE x [<!ENTITY a "b">]><CompleteMultipartUpload/>',
      '\0',
    ]) {
      const url = await getSignedUrl(s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), command);
      const response = await fetch(url, { method: 'POST', body });
      expect([body, response.status, await errorCode(response)]).toEqual([body, 400, 'MalformedXML']);
    }
  });

  it('with a form that is none is a 400', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x']) {
      for (const body of ['', 'nonsense', '--x\r\nnonsense', '--x--\r\n']) {
        const response = await fetch(`${s3.url}/${s3.bucket}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body,
        });
        expect([type, body, response.status]).toEqual([type, body, 400]);
      }
    }
  });

  it('with parameters out of range is InvalidArgument', async () => {
    const client = s3.client();
    await expect(client.send(new ListObjectsV2Command({ Bucket: s3.bucket, MaxKeys: -1 }))).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
    await expect(
      client.send(new ListObjectsV2Command({ Bucket: s3.bucket, ContinuationToken: '%' })),
    ).rejects.toMatchObject({ name: 'InvalidArgument' });
    await client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', Body: 'x' }));
    const url = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket: s3.bucket, Key: 'k', ResponseContentType: 'a\r\nset-cookie: b' }),
    );
    expect((await fetch(url)).status).toBe(400);
    await expect(
      client.send(new UploadPartCommand({ Bucket: s3.bucket, Key: 'k', UploadId: 'x', PartNumber: 1, Body: 'x' })),
    ).rejects.toMatchObject({
      name: 'NoSuchUpload',
    });
  });

  it('that announces more than 5 GiB is refused before its bytes', async () => {
    const command = new PutObjectCommand({ Bucket: s3.bucket, Key: 'k', ContentLength: 5 * 1024 ** 3 + 1 });
    const url = new URL(
      await getSignedUrl(s3.client({ requestChecksumCalculation: 'WHEN_REQUIRED' }), command, {
        signableHeaders: new Set(['host', 'content-length']),
      }),
    );
    const head = `PUT ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: ${5 * 1024 ** 3 + 1}\r\nexpect: 100-continue\r\n\r\n`;
    expect(await raw(head)).toBe('HTTP/1.1 400 Bad Request');
  });
});
