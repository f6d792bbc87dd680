import { describe, expect, it } from '@jest/globals';
import { signingKey } from '../../../local/iam/sigv4.ts';
import { decodeAwsChunked } from '../../../local/s3/aws-chunked.ts';

/** Hands the framed bytes over in pieces of a size that cuts through every header. */
async function* pieces(framed: Buffer, size: number) {
  for (let at = 0; at < framed.length; at += size) yield framed.subarray(at, at + size);
}

async function decode(framed: Buffer, size: number, signing?: Parameters<typeof decodeAwsChunked>[2]) {
  const trailers = new Map<string, string>();
  const chunks: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(pieces(framed, size), trailers, signing)) chunks.push(chunk);
  return { body: Buffer.concat(chunks).toString(), trailers: Object.fromEntries(trailers) };
}

describe('the aws-chunked framing', () => {
  const framed = Buffer.from('5\r\nhello\r\n7\r\n, world\r\n0\r\nx-amz-checksum-crc32:abc=\r\n\r\n');

  it.each([1, 2, 3, 7, 1000])('comes off wherever the network cuts it (%i bytes)', async (size) => {
    expect(await decode(framed, size)).toEqual({ body: 'hello, world', trailers: { 'x-amz-checksum-crc32': 'abc=' } });
  });

  it.each([
    ['that ends early', '5\r\nhel', 'IncompleteBody'],
    ['without its last chunk', '5\r\nhello\r\n', 'IncompleteBody'],
    ['whose chunk is longer than it says', '4\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['whose size is no number', 'zz\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['without end of line', 'a'.repeat(5000), 'InvalidRequest'],
  ])('is refused %s', async (_name, text, code) => {
    await expect(decode(Buffer.from(text), 16)).rejects.toMatchObject({ code });
  });
});

describe('signed chunks', () => {
  // The example of "Signature calculations for the Authorization header: transferring payload in multiple chunks".
  const signing = {
    key: signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524', 'us-east-1', 's3'),
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    amzDate: '20130524T000000Z',
    scope: '20130524/us-east-1/s3/aws4_request',
  };
  const chunk = (data: string, signature: string) =>
    `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`;
  const payload = (first: string) =>
    Buffer.from(
      chunk(first, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648') +
        chunk('a'.repeat(1024), '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497') +
        chunk('', 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'),
    );

  it('match the example that AWS publishes', async () => {
    expect((await decode(payload('a'.repeat(65_536)), 10_000, signing)).body).toBe('a'.repeat(66_560));
  });

  it('are refused when a byte of one differs', async () => {
    await expect(decode(payload(`${'a'.repeat(65_535)}b`), 10_000, signing)).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });
});
