import { createHmac } from 'node:crypto';
import { type IncomingMessage, request as open } from 'node:http';
import type { Readable } from 'node:stream';
import { canonicalRequest } from '../iam/canonical-request.ts';
import { digestOf, signingKey } from '../iam/sigv4.ts';
import { type Credentials, LOCAL_REGION } from '../ports.ts';
import { isHop } from './request.ts';

/** A request to an origin. */
export interface OriginRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable | undefined;
}

const ORIGIN_SECONDS = 35;

/** Sends a request to an origin and answers the head of the answer; the body follows. Rejects when the origin cannot be reached. */
export const ask = ({ url, method, headers, body }: OriginRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const sent = open(url, { method, headers, timeout: ORIGIN_SECONDS * 1000 });
    sent.once('response', resolve);
    sent.once('timeout', () => sent.destroy(new Error('The origin took too long.')));
    sent.once('error', reject);
    if (body) body.pipe(sent);
    else sent.end();
  });

/** Reads an answer to its end. */
export const whole = async (answer: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** The headers of an answer without those of its connection. */
export const answerHeaders = ({ headers }: IncomingMessage): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (isHop(name) || value === undefined ? [] : [[name, value]])),
  );

/** Signs a request to S3 as origin access control does: in its headers, with whatever body it may have. */
export const signedForS3 = (
  { url, method, headers }: OriginRequest,
  { accessKeyId, secretAccessKey }: Credentials,
  now: Date,
): OriginRequest => {
  const { host, pathname } = new URL(url);
  const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const payloadHash = 'UNSIGNED-PAYLOAD';
  const signed: Record<string, string> = { host, 'x-amz-content-sha256': payloadHash, 'x-amz-date': date };
  const scope = `${date.slice(0, 8)}/${LOCAL_REGION}/s3/aws4_request`;
  const names = Object.keys(signed).sort();
  const canonical = canonicalRequest({
    ...{ method, path: pathname, query: [], signedHeaders: names, headers: signed, service: 's3', payloadHash },
  });
  const text = ['AWS4-HMAC-SHA256', date, scope, digestOf(canonical)].join('\n');
  const key = signingKey(secretAccessKey, date.slice(0, 8), LOCAL_REGION, 's3');
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { url, method, headers: { ...headers, ...signed, authorization } };
};
