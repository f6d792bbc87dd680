import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import type { AddedHeaders, BehaviourSpec } from '../template/edge.ts';
import type { Found } from './cache.ts';
import { compressed, encodingsOf } from './encoding.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer | Readable;
}

interface Exchange {
  readonly behaviour: BehaviourSpec;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly found: Found;
  readonly age?: number;
}

/** The types that CloudFront compresses are many more; these are the ones that are served here. */
const COMPRESSED = /^(?:text\/|application\/(?:json|javascript|xml|manifest\+json)|image\/svg\+xml)/;
const [LEAST_COMPRESSED, MOST_COMPRESSED] = [1000, 10_000_000];

const withAdded = (headers: Headers, { set, remove }: AddedHeaders): Record<string, string | readonly string[]> => {
  const all = new Map(Object.entries(headers).filter((each): each is [string, string] => each[1] !== undefined));
  for (const name of remove) all.delete(name);
  for (const { name, value, override } of set) if (override || !all.has(name)) all.set(name, value);
  return Object.fromEntries(all);
};

/** The statuses whose bodies CloudFront compresses. */
const WITH_BODY = new Set([200, 403, 404]);

/** Answers a viewer, with the headers that the distribution adds and takes away. */
export const respond = (
  { status, headers, body }: Sent,
  { behaviour, incoming, response, found, age }: Exchange,
): void => {
  const sent = withAdded(headers, behaviour.added);
  const isShort = incoming.method === 'HEAD' || status === 304 || status === 204;
  let bytes = body;
  const [encoding] = encodingsOf(incoming.headers['accept-encoding'], behaviour.cache);
  if (
    Buffer.isBuffer(bytes) &&
    behaviour.compress &&
    encoding !== undefined &&
    WITH_BODY.has(status) &&
    sent['content-encoding'] === undefined &&
    COMPRESSED.test(String(sent['content-type'] ?? '')) &&
    bytes.length >= LEAST_COMPRESSED &&
    bytes.length <= MOST_COMPRESSED
  ) {
    bytes = compressed(bytes, encoding);
    sent['content-encoding'] = encoding;
    // The ETag is that of other bytes; as a weak one it still names the same content.
    if (typeof sent.etag === 'string' && !sent.etag.startsWith('W/')) sent.etag = `W/${sent.etag}`;
    sent.vary = [sent.vary, 'accept-encoding'].flat().filter(Boolean).join(', ');
  }
  for (const [name, value] of Object.entries(sent)) response.setHeader(name, value);
  if (Buffer.isBuffer(bytes) && !isShort) response.setHeader('content-length', bytes.length);
  response.setHeader('x-cache', `${found} from cloudfront`);
  response.setHeader('via', '1.1 localhost (CloudFront)');
  if (age !== undefined && found === 'Hit') response.setHeader('age', age);
  response.writeHead(status);
  if (Buffer.isBuffer(bytes)) response.end(isShort ? undefined : bytes);
  else pipeline(bytes, response, () => {});
};
