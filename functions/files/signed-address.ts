import { createHmac, hash } from 'node:crypto';
import { SIGNED_READ_SECONDS } from '../domain/ends-of-access.ts';
import type { SigningIdentity } from '../shared/environment.ts';
import type { ReadPermit } from './file-store.ts';

/** All addresses of one object that are signed within so many seconds are the same, so browsers find what they have. */
const WINDOW_SECONDS = 60;
/** Addresses of a window that are kept: a few megabytes, since each has the session token of the role. */
const MOST_KEPT = 2000;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** S3 encodes more than `encodeURIComponent` does. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

/** The address of the bucket, without a slash at the end. */
const bucketAddress = (bucket: string, { AWS_REGION: region, AWS_ENDPOINT_URL_S3: endpoint }: SigningIdentity): URL =>
  endpoint
    ? new URL(`${endpoint.replace(/\/$/, '')}/${bucket}`)
    : new URL(`https://${bucket}.s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);

/** What is signed of a request beside its object. */
interface Signing {
  readonly method: ReadPermit['method'];
  /** In seconds since 1970. */
  readonly begun: number;
  readonly expiresIn: number;
  /** By their names in the order of bytes; all come after those of the signature. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Signs requests of objects as the SDK's presigner does (SigV4 in the query), but at once: a page has forty of them, and a
 * promise for each costs more than the signature. Functions that only sign load no client of S3.
 */
const signing = (bucket: string, identity: SigningIdentity, { method, begun, expiresIn, parameters }: Signing) => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = identity;
  const base = bucketAddress(bucket, identity);
  const time = new Date(begun * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const parts = [time.slice(0, 8), region, 's3', 'aws4_request'];
  const scope = parts.join('/');
  const named = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${AWS_ACCESS_KEY_ID}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expiresIn),
    'X-Amz-Security-Token': AWS_SESSION_TOKEN,
    'X-Amz-SignedHeaders': 'host',
    ...parameters,
  };
  const query = Object.entries(named)
    .flatMap(([name, value]) => (value ? [`${name}=${encoded(value)}`] : []))
    .join('&');
  const signingKey = parts.reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${AWS_SECRET_ACCESS_KEY}`);
  return (key: string): string => {
    const path = `${base.pathname.replace(/\/$/, '')}/${key.split('/').map(encoded).join('/')}`;
    const request = [method, path, query, `host:${base.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
    const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', request)].join('\n');
    return `${base.origin}${path}?${query}&X-Amz-Signature=${hmac(signingKey, text).toString('hex')}`;
  };
};

/**
 * Signs by what is made anew for each window, and keeps what was signed until the window is over. `begun` is in seconds since
 * 1970.
 */
export const inWindows = (
  now: () => number,
  signerOf: (begun: number) => (key: string) => string,
): ((key: string) => string) => {
  let window: { readonly begun: number; readonly sign: (key: string) => string; readonly signed: Map<string, string> };
  return (key) => {
    const begun = Math.floor(now() / 1000 / WINDOW_SECONDS) * WINDOW_SECONDS;
    if (window?.begun !== begun) window = { begun, sign: signerOf(begun), signed: new Map() };
    const { sign, signed } = window;
    const address = signed.get(key) ?? sign(key);
    if (signed.size < MOST_KEPT) signed.set(key, address);
    return address;
  };
};

/** Signs GETs of objects for lists; `cacheControl` replaces that of the stored object. */
export const addressSigner = (
  bucket: string,
  identity: SigningIdentity,
  { cacheControl, now = Date.now }: { readonly cacheControl: string; readonly now?: () => number },
) => {
  const parameters = { 'response-cache-control': cacheControl };
  return inWindows(now, (begun) =>
    signing(bucket, identity, { method: 'GET', begun, expiresIn: SIGNED_READ_SECONDS, parameters }),
  );
};

/** Signs a GET or HEAD of one object under the name and type of the library. A signature is valid for one of the two methods. */
export const readSigner =
  (bucket: string, identity: SigningIdentity, now: () => number = Date.now) =>
  (
    { method, key, contentType, contentDisposition, cacheControl, readByScript }: ReadPermit,
    expiresIn: number,
  ): string =>
    signing(bucket, identity, {
      method,
      begun: Math.floor(now() / 1000),
      expiresIn,
      parameters: {
        'response-cache-control': cacheControl,
        'response-content-disposition': contentDisposition,
        // Whatever headers an object has, clients are never told to decompress it.
        'response-content-encoding': 'identity',
        'response-content-type': contentType,
        // S3 ignores parameters that begin with `x-`, except for its signatures and logs.
        ...(readByScript ? { 'x-read-by': 'script' } : {}),
      },
    })(key);
