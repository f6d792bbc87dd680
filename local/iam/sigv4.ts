import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AccessControl, Principal } from '../ports.ts';
import { AwsError } from '../ports.ts';
import { canonicalRequest, parseQuery, splitTarget } from './canonical-request.ts';
import type { SignatureProblem } from './sigv4-errors.ts';
import { signatureError } from './sigv4-errors.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const WEEK_S = 604_800;

/** The input of the signature check: the request line and headers as received (`headersDistinct` or `headers` of node:http). */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as received. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** How to verify. */
export interface VerifyOptions {
  readonly access: AccessControl;
  /** The service that this endpoint speaks for; a credential scope naming another is refused. `s3` selects S3's error codes and path rules. */
  readonly service: string;
  readonly now?: Date;
  /**
   * The whole body, for services that hold it: its hash must be the signed one. S3 leaves it out and checks `payloadHash` while
   * streaming.
   */
  readonly body?: Uint8Array | string;
}

/** The signer, and the signed parts. */
export interface VerifiedRequest {
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly service: string;
  readonly region: string;
  readonly signedHeaders: readonly string[];
  readonly presigned: boolean;
  /** Hex SHA-256 of the payload, `UNSIGNED-PAYLOAD` or one of the `STREAMING-` values. */
  readonly payloadHash: string;
  /** The seed of the signatures of aws-chunked payloads. */
  readonly chunks: ChunkSigning;
}

/** Key and seed of a payload whose chunks are signed one by one. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly seed: string;
  readonly amzDate: string;
  readonly scope: string;
}

const hmac = (key: Buffer | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();
/** SHA-256 in hexadecimal, as signatures have it. */
export const digestOf = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

const keys = new Map<string, Buffer>();
const MOST_KEYS = 1000;

/** The signing key of a day, region and service. Cached, since it takes four of five HMACs. */
export function signingKey(secretAccessKey: string, date: string, region: string, service: string): Buffer {
  const name = JSON.stringify([secretAccessKey, date, region, service]);
  const known = keys.get(name);
  if (known) return known;
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), 'aws4_request');
  // Date, region and service come from the request: strangers must not fill the memory with them.
  if (keys.size >= MOST_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

/** Compares two signatures in constant time. */
export function sameSignature(expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(expected), 'hex'), Buffer.from(digestOf(given), 'hex'));
}

/** `20261121T031700Z` as a time, or undefined for other text. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** The five parts of `AKID/date/region/service/aws4_request`; an access key id may itself contain slashes. */
export function parseCredential(text: string) {
  const parts = text.split('/');
  const [date, region, service, terminator] = parts.slice(-4);
  const accessKeyId = parts.slice(0, -4).join('/');
  if (!accessKeyId || !date || !region || !service || terminator !== 'aws4_request') return undefined;
  return { accessKeyId, date, region, service, scope: `${date}/${region}/${service}/aws4_request` };
}

type Fail = (problem: SignatureProblem, detail?: string) => never;

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly amzDate: string;
  readonly expires?: string;
}

const first = (value: string | readonly string[] | undefined): string | undefined => [value ?? []].flat()[0];

function readClaim(request: SignedRequest, query: Map<string, string>, fail: Fail): Claim {
  const authorization = first(request.headers.authorization);
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')) {
    if (authorization !== undefined) fail('two-mechanisms');
    if (query.get('X-Amz-Algorithm') !== ALGORITHM)
      fail('query-malformed', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
    const [credential, signedHeaders, signature, amzDate, expires] = [
      'Credential',
      'SignedHeaders',
      'Signature',
      'Date',
      'Expires',
    ].map((name) => query.get(`X-Amz-${name}`));
    if (!credential || !signedHeaders || !signature || !amzDate || !expires) {
      fail(
        'query-malformed',
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      );
    }
    return { credential, signedHeaders, signature, amzDate, expires };
  }
  if (authorization === undefined) fail('unsigned');
  if (!authorization.startsWith(`${ALGORITHM} `)) fail('unsupported-mechanism');
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const;
      }),
  );
  const [credential, signedHeaders, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    fields.get(name),
  );
  if (!credential || !signedHeaders || !signature) fail('malformed', 'missing Credential, SignedHeaders or Signature.');
  const amzDate = first(request.headers['x-amz-date']) ?? '';
  return { credential, signedHeaders, signature, amzDate };
}

function checkTime(claim: Claim, date: Date, now: Date, fail: Fail): void {
  const age = now.getTime() - date.getTime();
  if (claim.expires === undefined) {
    if (Math.abs(age) > MAX_SKEW_MS) fail('skewed');
    return;
  }
  if (!/^\d{1,10}$/.test(claim.expires)) fail('query-malformed', 'X-Amz-Expires should be a non-negative number');
  const seconds = Number(claim.expires);
  if (seconds > WEEK_S) fail('query-malformed', 'X-Amz-Expires must be less than a week (in seconds) that is, 604800');
  if (age < -MAX_SKEW_MS) fail('not-yet-valid');
  if (age >= seconds * 1000) fail('expired');
}

function signedPayloadHash(
  request: SignedRequest,
  query: Map<string, string>,
  presigned: boolean,
  options: VerifyOptions,
): string {
  const header = first(request.headers['x-amz-content-sha256']) ?? query.get('X-Amz-Content-Sha256');
  if (options.service === 's3') {
    if (header === undefined && !presigned) {
      throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
    }
    return header ?? 'UNSIGNED-PAYLOAD';
  }
  return options.body === undefined ? (header ?? digestOf('')) : digestOf(options.body);
}

/**
 * Verifies the Signature V4 of a request, in its headers or its query, and answers the signer. Throws an AwsError with S3's
 * message for `service: 's3'`, with those of the JSON protocols otherwise.
 */
export function verifySignature(request: SignedRequest, options: VerifyOptions): VerifiedRequest {
  const now = options.now ?? new Date();
  const fail: Fail = (problem, detail) => {
    throw signatureError(problem, options.service, detail);
  };
  const { path, query: rawQuery } = splitTarget(request.url);
  let query: [string, string][];
  try {
    decodeURIComponent(path);
    query = parseQuery(rawQuery);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
  const parameters = new Map(query);
  const claim = readClaim(request, parameters, fail);
  const presigned = claim.expires !== undefined;
  const malformed = presigned ? 'query-malformed' : 'malformed';

  const credential = parseCredential(claim.credential);
  if (!credential)
    return fail(
      malformed,
      'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    );
  if (credential.service !== options.service) {
    fail(malformed, `incorrect service "${credential.service}". This endpoint belongs to "${options.service}".`);
  }
  const date = parseAmzDate(claim.amzDate);
  if (!date) return fail('no-date');
  if (!claim.amzDate.startsWith(credential.date))
    fail(malformed, 'the date in the credential scope does not match the date of the request.');
  checkTime(claim, date, now, fail);

  const signedHeaders = claim.signedHeaders.split(';');
  if (!signedHeaders.includes('host')) fail('headers-not-signed');
  // A header that changes the stored object must be signed, or the holder of a presigned URL could add one.
  const uncovered = Object.keys(request.headers).some(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (options.service === 's3' && uncovered) fail('headers-not-signed');

  const identity = options.access.lookup(credential.accessKeyId);
  if (!identity) return fail('unknown-key');
  const payloadHash = signedPayloadHash(request, parameters, presigned, options);
  const canonical = canonicalRequest({
    ...request,
    path,
    query,
    signedHeaders,
    service: credential.service,
    payloadHash,
  });
  const key = signingKey(identity.secretAccessKey, credential.date, credential.region, credential.service);
  const expected = hmac(key, [ALGORITHM, claim.amzDate, credential.scope, digestOf(canonical)].join('\n')).toString(
    'hex',
  );
  if (!sameSignature(expected, claim.signature)) fail('mismatch');

  return {
    principal: identity.principal,
    accessKeyId: credential.accessKeyId,
    service: credential.service,
    region: credential.region,
    signedHeaders,
    presigned,
    payloadHash,
    chunks: { key, seed: expected, amzDate: claim.amzDate, scope: credential.scope },
  };
}
