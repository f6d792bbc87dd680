import { createHash, timingSafeEqual } from 'node:crypto';

/** The value of the variable `EDGE` in a stack without an edge. */
export const NO_EDGE = 'off';

/** What a request is known by as one of the edge, and the address of its visitor. */
const [SECRET, VIEWER] = ['x-mediashelf-edge', 'x-mediashelf-viewer'] as const;

/** SHA-256 digests, in hexadecimal, of the secrets that the edge may send; none in a stack without an edge. */
export const edgeDigests = (variable: string): readonly Buffer[] =>
  variable === NO_EDGE ? [] : variable.split(',').map((digest) => Buffer.from(digest, 'hex'));

/** An address as the edge writes it: digits, or hexadecimal digits with colons. */
const ADDRESS = /^[0-9a-fA-F.:]{2,45}$/;

/**
 * The address of the visitor, for a request that the edge sent; undefined for any other one, whatever it says of itself. Its
 * digest is compared, in a time that does not depend on how much of it is right.
 */
export const visitorBehindEdge = (
  headers: Readonly<Record<string, string | undefined>>,
  digests: readonly Buffer[],
): string | undefined => {
  const { [SECRET]: secret, [VIEWER]: viewer } = headers;
  if (secret === undefined || viewer === undefined || !ADDRESS.test(viewer)) return undefined;
  const sent = createHash('sha256').update(secret).digest();
  // All of them are compared, so the time does not tell which one it was.
  const known = digests.filter((digest) => digest.length === sent.length && timingSafeEqual(digest, sent));
  return known.length > 0 ? viewer : undefined;
};

type Parameters = Record<string, string | undefined>;

/** The parameters of an address as the edge folded them: `w:400,h:300` in `t`. The names that it adds for the cache are gone. */
export const unfolded = ({ t, f: _, m: __, ...others }: Parameters): Parameters => ({
  ...others,
  ...Object.fromEntries(
    (t === undefined || t === '' ? [] : t.split(',')).map((pair) => {
      const at = pair.indexOf(':');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  ),
});

/**
 * What the format that the edge decided on means as `Accept`. A picture with alpha is drawn as PNG for a client that shows
 * everything: JPEG would make it opaque.
 */
const ACCEPT: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpeg: 'image/jpeg, image/png;q=0.9',
  png: 'image/png',
};

interface EdgeEvent {
  headers: Record<string, string | undefined>;
  queryStringParameters?: Parameters | undefined;
  readonly requestContext: { readonly http: { sourceIp: string } };
  /** The edge sent it, for the visitor whose address the event has. */
  behindEdge?: boolean;
}

/**
 * Makes an event of the edge what it would be without one: with the address of the visitor and the parameters of the address.
 * Any other event only loses the headers of the edge, so nothing behind this sees one that a visitor sent.
 */
export const readEdge = (event: EdgeEvent, digests: readonly Buffer[]): void => {
  const { [SECRET]: _, [VIEWER]: __, ...headers } = event.headers;
  const visitor = visitorBehindEdge(event.headers, digests);
  event.headers = headers;
  if (visitor === undefined) return;
  event.behindEdge = true;
  event.requestContext.http.sourceIp = visitor;
  const query = event.queryStringParameters;
  if (query === undefined || (query.t === undefined && query.m === undefined && query.f === undefined)) return;
  const accept = ACCEPT[query.f ?? ''];
  if (accept !== undefined) event.headers.accept = accept;
  event.queryStringParameters = unfolded(query);
};
