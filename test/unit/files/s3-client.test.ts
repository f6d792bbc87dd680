import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { s3Client } from '../../../functions/files/s3-client.ts';

let server: Server;
let answer: { status: number; code: string };
const before = { ...process.env };
beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { 'content-type': 'application/xml' });
    response.end(
      request.method === 'HEAD' ? undefined : `<Error><Code>${answer.code}</Code><Message>no</Message></Error>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  server.close();
});

const object = { Bucket: 'b', Key: 'k' };
const calls = [
  new HeadObjectCommand(object),
  new GetObjectCommand(object),
  new PutObjectCommand({ ...object, Body: 'x' }),
];
const failures = async (): Promise<unknown[]> => {
  const client = s3Client();
  client.config.maxAttempts = async () => 1;
  const ended = await Promise.allSettled(calls.map((call) => client.send(call as GetObjectCommand)));
  return ended.map((each) => (each.status === 'rejected' ? each.reason : 'answered'));
};

describe('the client of S3', () => {
  it.each(['SlowDown', 'ServiceUnavailable'])('makes %s a refusal that says when to try again', async (code) => {
    answer = { status: 503, code };
    const busy = { code: 'BUSY', status: 503, retryAfter: 1, message: 'The storage is busy, try again in a moment' };
    for (const failure of await failures()) expect(failure).toMatchObject(busy);
  });

  it('names a full disk', async () => {
    answer = { status: 507, code: 'InsufficientStorage' };
    const [, ...failed] = await failures();
    for (const failure of failed) {
      expect(failure).toMatchObject({ code: 'BUSY', message: expect.stringContaining('disk') });
    }
  });

  it('leaves other errors as they are', async () => {
    answer = { status: 404, code: 'NoSuchKey' };
    const [head, get] = await failures();
    expect(head).toMatchObject({ name: 'NotFound' });
    expect(get).toMatchObject({ name: 'NoSuchKey' });
  });
});
