import type { IncomingMessage } from 'node:http';
import type { ProgramRequest, Valued } from './program.ts';

/** Headers of one connection, which go no further. */
const HOPS = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'expect'],
]);

export const isHop = (name: string): boolean => HOPS.has(name);

const several = (values: readonly string[]): Valued => {
  const last = values.at(-1) ?? '';
  return values.length > 1 ? { value: last, multiValue: values.map((value) => ({ value })) } : { value: last };
};

const grouped = (pairs: readonly (readonly [string, string])[]): Record<string, Valued> => {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return Object.fromEntries([...found].map(([name, values]) => [name, several(values)]));
};

const pairsOf = (text: string, separator: string): readonly (readonly [string, string])[] =>
  text
    .split(separator)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
    });

/** Parameters that belong to a signature: neither in the key of the cache nor sent to an origin. */
const SIGNATURE = new Set(['Expires', 'Policy', 'Signature', 'Key-Pair-Id', 'Hash-Algorithm']);

/** A request of a viewer as a program gets it. */
export const viewerRequest = (incoming: IncomingMessage, signed: boolean): ProgramRequest => {
  const [uri = '/', ...rest] = (incoming.url ?? '/').split('?');
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
    isHop(name) || name === 'cookie' ? [] : values.map((value) => [name, value] as const),
  );
  const query = pairsOf(rest.join('?'), '&').filter(([name]) => !(signed && SIGNATURE.has(name)));
  return {
    method: incoming.method ?? 'GET',
    uri,
    querystring: grouped(query),
    headers: grouped(headers),
    cookies: grouped(pairsOf(incoming.headers.cookie ?? '', ';')),
  };
};

const flattened = (values: Readonly<Record<string, Valued>>): readonly (readonly [string, string])[] =>
  Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((each) => [name, each.value] as const),
  );

/** Some of the parameters, as text. */
export const queryText = (request: ProgramRequest, names: readonly string[] | 'all'): string =>
  flattened(request.querystring)
    .filter(([name]) => names === 'all' || names.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** Some of the cookies, as the text of their header. */
export const cookieText = (request: ProgramRequest, names: readonly string[] | 'all'): string =>
  flattened(request.cookies)
    .filter(([name]) => names === 'all' || names.includes(name))
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');

/** The value of a header, of several the list. */
export const headerText = (request: ProgramRequest, name: string): string | undefined => {
  const found = request.headers[name];
  return found && (found.multiValue ?? [found]).map(({ value }) => value).join(', ');
};
