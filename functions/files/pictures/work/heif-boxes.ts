import { atMost } from './work-limit.ts';

/** Boxes of a whole file; a picture of a thousand tiles has fewer than ten thousand. */
const MAX_BOXES = 20_000;

/** One box: four letters, and where its content lies. */
export interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** Lists the boxes of a piece of a file. `seen` counts those of the whole file. */
export const boxesIn = (bytes: Buffer, seen: { boxes: number }): readonly Box[] => {
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

/** Reads numbers one behind the other; behind the end everything is zero, which promises nothing. */
export const numbersIn = (bytes: Buffer, start: number) => {
  let at = start;
  return {
    next: (length: number): number => {
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
