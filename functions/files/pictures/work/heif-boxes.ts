import { atMost, WorkLimitError } from './work-limit.ts';

/** Boxes of a whole file; a picture of a thousand tiles has fewer than ten thousand. */
const MAX_BOXES = 20_000;
/**
 * Entries of all tables of a whole file: items, pieces of items, references and links to properties. A picture of a thousand
 * tiles has about ten thousand. This number bounds the walk, for any counts in the tables.
 */
const MAX_ENTRIES = 200_000;

/** The counts of one file so far. */
export interface Seen {
  boxes: number;
  entries: number;
}

/**
 * Counts one entry of a table before it is read: an entry may have no bytes at all, so the size of the file does not bound
 * their number.
 */
export const countEntry = (seen: Seen): void => {
  seen.entries += 1;
  atMost(seen.entries, MAX_ENTRIES, 'entries in its tables');
};

/** One box: four letters, and the position of its content. */
export interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** Lists the boxes of a piece of a file. `seen` counts those of the whole file. */
export const boxesIn = (bytes: Buffer, seen: Seen): readonly Box[] => {
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    if (at + head > bytes.length) break;
    const length = short === 0 ? bytes.length - at : short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < head) break;
    seen.boxes += 1;
    atMost(seen.boxes, MAX_BOXES, 'boxes');
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), content: bytes.subarray(at + head, at + length) });
    at += length;
  }
  return boxes;
};

/**
 * Reads numbers one behind the other; behind the end everything is zero, which promises nothing. Throws `WorkLimitError` for
 * a length that the format does not have: decoders disagree about what such a number is.
 */
export const numbersIn = (bytes: Buffer, start: number) => {
  let at = start;
  return {
    next: (length: number): number => {
      if (length > 6 && length !== 8) throw new WorkLimitError(`The picture counts in numbers of ${length} bytes.`);
      const from = at;
      at += length;
      if (length === 0 || at > bytes.length) return 0;
      return length === 8 ? Number(bytes.readBigUInt64BE(from)) : bytes.readUIntBE(from, length);
    },
    get isOver(): boolean {
      return at >= bytes.length;
    },
  };
};
