import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from '@jest/globals';
import type { SignedRequest } from '../../../local/iam/sigv4.ts';
import { verifySignature } from '../../../local/iam/sigv4.ts';
import type { AccessControl } from '../../../local/ports.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const principal = { arn: 'arn:aws:iam::000000000000:root' };
const access: AccessControl = {
  lookup: (id) =>
    id === credentials.accessKeyId ? { secretAccessKey: credentials.secretAccessKey, principal } : undefined,
  authorize: () => undefined,
};

interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** Hands an SDK client a transport that keeps the signed request instead of sending it. */
const capture = () => {
  const sent: Outgoing[] = [];
  const requestHandler = {
    handle: (request: Outgoing) => {
      sent.push(request);
      return Promise.reject(new Error('captured'));
    },
  };
  return {
    sent,
    config: {
      region: 'us-east-1',
      credentials,
      endpoint: 'http://127.0.0.1:9',
      maxAttempts: 1,
      requestHandler: requestHandler as never,
    },
  };
};

const asReceived = (request: Outgoing): SignedRequest => {
  const query = Object.entries(request.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value ?? ''))}`,
  );
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { method: request.method, url: request.path + (query.length > 0 ? `?${query.join('&')}` : ''), headers };
};

const signed = async (send: (config: ReturnType<typeof capture>['config']) => Promise<unknown>): Promise<Outgoing> => {
  const { sent, config } = capture();
  await send(config).catch(() => undefined);
  const [request] = sent;
  if (!request) throw new Error('the client sent nothing');
  return request;
};

const s3 = (request: SignedRequest, now?: Date) =>
  verifySignature(request, { access, service: 's3', ...(now && { now }) });
const refusal = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('was accepted');
};

describe('a signature of version 4', () => {
  const published = new Date('2013-05-24T00:00:00Z');

  it('matches the header example that AWS publishes', () => {
    const request = {
      method: 'GET',
      url: '/test.txt',
      headers: {
        host: 'examplebucket.s3.amazonaws.com',
        range: 'bytes=0-9',
        'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        'x-amz-date': '20130524T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      },
    };
    expect(s3(request, published)).toMatchObject({ principal, region: 'us-east-1', service: 's3', presigned: false });
    expect(
      refusal(() => s3({ ...request, headers: { ...request.headers, range: 'bytes=0-10' } }, published)),
    ).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    });
  });

  it('matches the presigned example that AWS publishes, until it expires', () => {
    const request = {
      method: 'GET',
      url: '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      headers: { host: 'examplebucket.s3.amazonaws.com' },
    };
    expect(s3(request, published)).toMatchObject({
      presigned: true,
      signedHeaders: ['host'],
      payloadHash: 'UNSIGNED-PAYLOAD',
    });
    const dayLater = new Date('2013-05-25T00:00:00Z');
    expect(refusal(() => s3(request, dayLater))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request has expired',
    });
  });

  it.each(['plain', 'a b+c', "it's (1)*!", 'ünï/çødé~', 'a//b', './../x', '100%25', '%2F'])(
    'covers the key %j as the SDK encodes it',
    async (Key) => {
      const request = asReceived(
        await signed((config) =>
          new S3Client({ ...config, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'b', Key })),
        ),
      );
      expect(s3(request).principal).toBe(principal);
    },
  );

  it('covers query parameters whatever characters they hold', async () => {
    const command = new ListObjectsV2Command({ Bucket: 'b', Prefix: "a b+c&d=é/'*", Delimiter: '/' });
    const request = asReceived(
      await signed((config) => new S3Client({ ...config, forcePathStyle: true }).send(command)),
    );
    expect(s3(request).principal).toBe(principal);
    expect(refusal(() => s3({ ...request, url: request.url.replace('delimiter=%2F', 'delimiter=x') }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  it('encodes the path twice for services other than S3', async () => {
    const sent = await signed((config) =>
      new ApiGatewayManagementApiClient(config).send(
        new PostToConnectionCommand({ ConnectionId: 'Ab+/=', Data: 'hello' }),
      ),
    );
    const options = { access, service: 'execute-api', body: sent.body ?? '' };
    expect(verifySignature(asReceived(sent), options).service).toBe('execute-api');
  });

  it('covers the body of a JSON request and refuses another in the words of that protocol', async () => {
    const sent = await signed((config) => new DynamoDBClient(config).send(new ListTablesCommand({ Limit: 3 })));
    const verify = (body: string) => verifySignature(asReceived(sent), { access, service: 'dynamodb', body });
    expect(verify('{"Limit":3}').accessKeyId).toBe(credentials.accessKeyId);
    expect(refusal(() => verify('{"Limit":4}'))).toMatchObject({ code: 'InvalidSignatureException' });
  });

  it('serves one service alone', async () => {
    const sent = await signed((config) => new DynamoDBClient(config).send(new ListTablesCommand({})));
    expect(refusal(() => s3(asReceived(sent)))).toMatchObject({ code: 'AuthorizationHeaderMalformed', status: 400 });
  });
});

describe('a request that is not properly signed', () => {
  const presign = (expiresIn: number) =>
    getSignedUrl(
      new S3Client({ ...capture().config, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED' }),
      new PutObjectCommand({ Bucket: 'b', Key: 'k', ContentType: 'image/png', IfNoneMatch: '*' }),
      {
        expiresIn,
        signableHeaders: new Set(['content-type', 'host', 'if-none-match']),
        unhoistableHeaders: new Set(['if-none-match']),
      },
    );
  const put = (url: string, headers: Record<string, string>): SignedRequest => {
    const { host, pathname, search } = new URL(url);
    return { method: 'PUT', url: pathname + search, headers: { host, ...headers } };
  };
  const headers = { 'content-type': 'image/png', 'if-none-match': '*' };

  it('is refused when a signed header is missing or different', async () => {
    const url = await presign(60);
    expect(s3(put(url, headers)).signedHeaders).toEqual(['content-type', 'host', 'if-none-match']);
    for (const changed of [{ 'content-type': 'image/png' }, { ...headers, 'content-type': 'text/html' }]) {
      expect(refusal(() => s3(put(url, changed)))).toMatchObject({ code: 'SignatureDoesNotMatch' });
    }
  });

  it('is refused when it adds an x-amz header that the signature does not cover', async () => {
    const request = put(await presign(60), { ...headers, 'x-amz-meta-owner': 'somebody' });
    expect(refusal(() => s3(request))).toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('not signed'),
    });
  });

  it('is refused for another method or key', async () => {
    const request = put(await presign(60), headers);
    expect(refusal(() => s3({ ...request, method: 'DELETE' }))).toMatchObject({ code: 'SignatureDoesNotMatch' });
    expect(refusal(() => s3({ ...request, url: request.url.replace('/b/k', '/b/other') }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  it('is refused when it asks for more than a week', async () => {
    const url = (await presign(60)).replace('X-Amz-Expires=60', 'X-Amz-Expires=604801');
    expect(refusal(() => s3(put(url, headers)))).toMatchObject({
      code: 'AuthorizationQueryParametersError',
      status: 400,
    });
  });

  it('is refused without any signature, with an unknown key, with broken escapes', () => {
    const host = '127.0.0.1';
    expect(refusal(() => s3({ method: 'GET', url: '/b/k', headers: { host } }))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
    expect(refusal(() => s3({ method: 'GET', url: '/b/%zz', headers: { host } }))).toMatchObject({
      code: 'InvalidURI',
      status: 400,
    });
    expect(
      refusal(() => s3({ method: 'GET', url: '/b/k', headers: { host, authorization: 'Basic eA==' } })),
    ).toMatchObject({ code: 'InvalidRequest' });
    expect(
      refusal(() => s3({ method: 'GET', url: '/b/k', headers: { host, authorization: 'AWS4-HMAC-SHA256 x' } })),
    ).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
    });
  });

  it('is refused when clocks differ by more than 15 minutes', async () => {
    const sent = asReceived(
      await signed((config) =>
        new S3Client({ ...config, forcePathStyle: true }).send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })),
      ),
    );
    expect(refusal(() => s3(sent, new Date(Date.now() + 16 * 60_000)))).toMatchObject({
      code: 'RequestTimeTooSkewed',
      status: 403,
    });
    expect(
      refusal(() =>
        s3({
          ...sent,
          headers: { ...sent.headers, authorization: String(sent.headers.authorization).replace('AKIA', 'ASIA') },
        }),
      ),
    ).toMatchObject({
      code: 'InvalidAccessKeyId',
    });
  });
});
