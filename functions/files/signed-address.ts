import { createHmac, hash } from 'node:crypto';
import type { SigningIdentity } from '../shared/environment.ts';

/** How long a signed address is valid, in seconds: no address of a file is valid for longer. */
const VALID_SECONDS = 300;
/** All addresses of one object that are signed within so many seconds are the same, so browsers find what they have. */
const WINDOW_SECONDS = 120;

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

/** What all addresses of a window have in common, and those that were signed in it. */
interface Window {
  readonly begun: number;
  readonly time: string;
  readonly scope: string;
  readonly key: Buffer;
  readonly query: string;
  readonly signed: Map<string, string>;
}

const openWindow = (begun: number, identity: SigningIdentity, cacheControl: string): Window => {
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = identity;
  const time = new Date(begun * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const parts = [time.slice(0, 8), region, 's3', 'aws4_request'];
  const scope = parts.join('/');
  const parameters = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${AWS_ACCESS_KEY_ID}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(VALID_SECONDS),
    'X-Amz-Security-Token': AWS_SESSION_TOKEN,
    'X-Amz-SignedHeaders': 'host',
    'response-cache-control': cacheControl,
  };
  const query = Object.entries(parameters).flatMap(([name, value]) => (value ? [`${name}=${encoded(value)}`] : []));
  const key = parts.reduce<Buffer | string>((secret, part) => hmac(secret, part), `AWS4${AWS_SECRET_ACCESS_KEY}`);
  return { begun, time, scope, key: key as Buffer, query: query.join('&'), signed: new Map() };
};

/**
 * Signs GETs of objects as the SDK's presigner does (SigV4 in the query), but at once: a page has forty of them, and a promise
 * for each costs more than the signature. `cacheControl` replaces that of the stored object.
 */
export const addressSigner = (
  bucket: string,
  identity: SigningIdentity,
  { cacheControl, now = Date.now }: { readonly cacheControl: string; readonly now?: () => number },
) => {
  const base = bucketAddress(bucket, identity);
  const folder = base.pathname.replace(/\/$/, '');
  let window: Window | undefined;
  return (key: string): string => {
    const begun = Math.floor(now() / 1000 / WINDOW_SECONDS) * WINDOW_SECONDS;
    if (window?.begun !== begun) window = openWindow(begun, identity, cacheControl);
    const { time, scope, query, signed } = window;
    const known = signed.get(key);
    if (known !== undefined) return known;
    const path = `${folder}/${key.split('/').map(encoded).join('/')}`;
    const request = ['GET', path, query, `host:${base.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
    const text = ['AWS4-HMAC-SHA256', time, scope, hash('sha256', request)].join('\n');
    const address = `${base.origin}${path}?${query}&X-Amz-Signature=${hmac(window.key, text).toString('hex')}`;
    if (signed.size < MOST_KEPT) signed.set(key, address);
    return address;
  };
};
