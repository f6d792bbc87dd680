import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { CachePolicySpec } from '../template/edge.ts';

/** How an answer may be compressed. */
export type Encoding = 'br' | 'gzip';

const isAccepted = (header: string, encoding: Encoding): boolean =>
  header.split(',').some((each) => {
    const [name, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });

/** What of `Accept-Encoding` is in the key of the cache and goes on to the origin, the better one first: what the policy has. */
export const encodingsOf = (
  header: string | undefined,
  { brotli, gzip }: Pick<CachePolicySpec, 'brotli' | 'gzip'>,
): readonly Encoding[] => {
  const known: readonly (readonly [Encoding, boolean])[] = [
    ['br', brotli],
    ['gzip', gzip],
  ];
  return known.filter(([encoding, has]) => has && isAccepted(header ?? '', encoding)).map(([encoding]) => encoding);
};

/** Brotli of the level that suits answers of a moment. */
const LEVEL = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Compresses a body. */
export const compressed = (body: Buffer, encoding: Encoding): Buffer =>
  encoding === 'br' ? brotliCompressSync(body, LEVEL) : gzipSync(body);
