import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from '@jest/globals';
import { addressSigner } from '../../../functions/files/signed-address.ts';

const IDENTITY = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
/** The begin of a window. */
const START = Date.parse('2030-01-01T00:00:00Z');
const KEY = "renditions/team/media/version/a b'(é)*.webp";

describe('an address that is signed at once', () => {
  it.each([
    ['on AWS', {}, 'https://files.s3.eu-west-1.amazonaws.com/renditions/'],
    ['of a role', { AWS_SESSION_TOKEN: 'token/with+signs=' }, 'https://files.s3.eu-west-1.amazonaws.com/renditions/'],
    ['of a local S3', { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/files/renditions/'],
    ['in China', { AWS_REGION: 'cn-north-1' }, 'https://files.s3.cn-north-1.amazonaws.com.cn/renditions/'],
  ])('has the parameters that the SDK signs: %s', async (_, more, begin) => {
    const identity = { ...IDENTITY, ...more };
    const address = addressSigner('files', identity, { cacheControl: 'private, no-cache', now: () => START })(KEY);
    expect(address.startsWith(begin)).toBe(true);
    const client = new S3Client({
      region: identity.AWS_REGION,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      ...('AWS_ENDPOINT_URL_S3' in more ? { endpoint: more.AWS_ENDPOINT_URL_S3 } : {}),
      credentials: {
        accessKeyId: identity.AWS_ACCESS_KEY_ID,
        secretAccessKey: identity.AWS_SECRET_ACCESS_KEY,
        ...('AWS_SESSION_TOKEN' in more ? { sessionToken: more.AWS_SESSION_TOKEN } : {}),
      },
    });
    const command = new GetObjectCommand({ Bucket: 'files', Key: KEY, ResponseCacheControl: 'private, no-cache' });
    const signed = await getSignedUrl(client, command, { expiresIn: 240, signingDate: new Date(START) });
    const parametersOf = (url: string) =>
      Object.fromEntries([...new URL(url).searchParams].filter(([name]) => name !== 'X-Amz-Signature'));
    // The SDK adds these, and S3 needs neither.
    const { 'X-Amz-Content-Sha256': _hash, 'x-id': _id, ...expected } = parametersOf(signed);
    expect(parametersOf(address)).toEqual(expected);
    expect(new URL(address).pathname).toBe(new URL(signed).pathname);
  });

  it('is the same for a minute, then another, and opens for three minutes at least', () => {
    const clock = { now: START };
    const sign = addressSigner('files', IDENTITY, { cacheControl: 'private', now: () => clock.now });
    const first = sign(KEY);
    clock.now += 59_999;
    expect(sign(KEY)).toBe(first);
    const parameters = new URL(first).searchParams;
    expect([parameters.get('X-Amz-Date'), parameters.get('X-Amz-Expires')]).toEqual(['20300101T000000Z', '240']);
    clock.now += 1;
    expect(new URL(sign(KEY)).searchParams.get('X-Amz-Date')).toBe('20300101T000100Z');
  });

  it('ends five minutes after the end of an access that a cached read of a slow call did not see', () => {
    const address = addressSigner('files', IDENTITY, { cacheControl: 'private', now: () => START })(KEY);
    const [cached, slow] = [30, 30];
    expect(cached + slow + Number(new URL(address).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(300);
  });
});
