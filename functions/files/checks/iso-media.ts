import type { ContainerWalk } from './stream-check.ts';

/** A film of a day in fragments of a second has fewer boxes. */
const MAX_BOXES = 250_000;
const NAME = /^[\x20-\x7e\xa9]{4}$/;

/**
 * MP4 and QuickTime: boxes one behind the other, each with its size (0: to the end of the file; 1: in 64 bits). One that is
 * longer than the file was cut, and without `moov` no program can play the rest.
 */
export function* walkIsoMedia(size: number): ContainerWalk {
  const seen = new Set<string>();
  let at = 0;
  for (let boxes = 0; at < size; boxes += 1) {
    const header: Buffer = yield { at, length: 16 };
    const name = header.toString('latin1', 4, 8);
    const complete = seen.has('moov') && (seen.has('mdat') || seen.has('moof'));
    if (header.length < 8 || !NAME.test(name) || boxes > MAX_BOXES) {
      // Some writers leave zeros after the last box.
      if (complete) return 'sound';
      return boxes === 0 ? 'foreign' : 'cut';
    }
    seen.add(name);
    const length = lengthOf(header, size - at);
    if (length < 8) return 'cut';
    at += length;
  }
  return at === size && seen.has('moov') && (seen.has('mdat') || seen.has('moof')) ? 'sound' : 'cut';
}

const lengthOf = (header: Buffer, left: number): number => {
  const short = header.readUInt32BE(0);
  if (short === 0) return left;
  if (short !== 1) return short;
  return header.length < 16 ? 0 : Number(header.readBigUInt64BE(8));
};
