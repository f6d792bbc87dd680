import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { s3Files } from '../../../functions/files/file-store.ts';

/** A bucket that answers each request as the script says, and the last line of it from then on. */
const answering = (...script: readonly (readonly [number, string])[]) => {
  const asked: string[] = [];
  const requestHandler = {
    handle: async ({ method, headers }: { method: string; headers: Record<string, string> }) => {
      const [statusCode, code] = script[Math.min(asked.length, script.length - 1)] ?? [500, 'InternalError'];
      asked.push(`${method} ${headers['if-none-match']}`);
      const body =
        statusCode === 200
          ? '<CopyObjectResult><ETag>"1"</ETag></CopyObjectResult>'
          : `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
      return { response: { statusCode, headers: { 'content-type': 'application/xml' }, body: Readable.from([body]) } };
    },
  };
  const client = new S3Client({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: requestHandler as never,
  });
  return { files: s3Files('bucket', client), asked };
};

const CONFLICT = [409, 'ConditionalRequestConflict'] as const;

describe('a copy to a key that nothing has yet', () => {
  it.each([
    ['is made after all', [200, '']],
    ['finds that the other one was first', [412, 'PreconditionFailed']],
    ['finds that its source is gone', [404, 'NoSuchKey']],
  ] as const)('that meets another write of the key %s', async (_, last) => {
    const { files, asked } = answering(CONFLICT, CONFLICT, last);
    await files.copyOnce('inbox/a', 'originals/a', 'text/plain');
    expect(asked).toEqual(Array(3).fill('PUT *'));
  });

  it('that never gets its turn fails in the words of S3', async () => {
    const { files, asked } = answering(CONFLICT);
    await expect(files.copyOnce('inbox/a', 'originals/a', 'text/plain')).rejects.toMatchObject({
      name: 'ConditionalRequestConflict',
    });
    expect(asked).toHaveLength(5);
  });

  it('that is refused for another reason is not tried again', async () => {
    const { files, asked } = answering([403, 'AccessDenied']);
    await expect(files.copyOnce('inbox/a', 'originals/a', 'text/plain')).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    expect(asked).toHaveLength(1);
  });
});
