import type { ContainerWalk } from './stream-check.ts';

const HEADER_BYTES = 27;
const MAX_SEGMENTS = 255;

/** Ogg: pages one behind the other, each with a table of the lengths inside; the last one has to be there to its end. */
export function* walkOgg(size: number): ContainerWalk {
  let at = 0;
  while (at < size) {
    const page: Buffer = yield { at, length: HEADER_BYTES + MAX_SEGMENTS };
    if (page.toString('latin1', 0, 4) !== 'OggS') return at === 0 ? 'foreign' : 'cut';
    const segments = page[HEADER_BYTES - 1] ?? 0;
    const table = page.subarray(HEADER_BYTES, HEADER_BYTES + segments);
    if (table.length < segments) return 'cut';
    at += HEADER_BYTES + segments + table.reduce((sum, length) => sum + length, 0);
  }
  return at === size ? 'sound' : 'cut';
}
