import { type Box, boxesIn, countEntry, numbersIn, type Seen } from './heif-boxes.ts';
import { type PromisedWork, WorkLimitError } from './work-limit.ts';

/**
 * Pixels of all that is decoded for a picture: its tiles, once for each place that shows them, and its transparency. A
 * picture of 50 megapixels with a map of depth has about 70 million.
 */
const MAX_DECODED = 200_000_000;
/** Each tile costs the start of a decoder, however small it is. */
const LEAST_PIXELS = 256 * 256;
/** Tiles of tiles are allowed by the format; nothing writes more than one level. */
const MAX_DEPTH = 4;
/** Bytes that items are assembled from, by the bytes of the file: pieces of real files do not share bytes. */
const MAX_SHARED = 2;

/** Pictures that are assembled from others. */
const DERIVED = new Set(['grid', 'iovl', 'iden']);

interface Items {
  readonly types: ReadonlyMap<number, string>;
  /** Pixels of each item. */
  readonly pixels: ReadonlyMap<number, number>;
  /** Item -> items that it is assembled from. */
  readonly parts: ReadonlyMap<number, readonly number[]>;
  /** Transparency and similar items, which are decoded with their picture. */
  readonly beside: readonly number[];
  readonly primary: number;
}

const tooMuch = (what: string): WorkLimitError => new WorkLimitError(`The picture ${what}, which is not accepted.`);

/** The content of the one box of a type. Of two, this walk would count the one and a decoder show the other. */
const onlyOne = (boxes: readonly Box[], name: string): Buffer => {
  const found = boxes.filter(({ type }) => type === name);
  if (found.length > 1) throw tooMuch(`describes itself more than once (${name})`);
  return found[0]?.content ?? Buffer.alloc(0);
};

/** The cost of one item, in pixels. Stops as soon as the sum is above the limit. */
const costOf = (id: number, items: Items, depth: number, spent: number): number => {
  const own = Math.max(LEAST_PIXELS, items.pixels.get(id) ?? 0);
  if (!DERIVED.has(items.types.get(id) ?? '')) return spent + own;
  if (depth > MAX_DEPTH) throw tooMuch('is put together on too many levels');
  let total = spent + own;
  for (const part of items.parts.get(id) ?? []) {
    total = costOf(part, items, depth + 1, total);
    if (total > MAX_DECODED) break;
  }
  return total;
};

/** Types of items by their ids. An item that is packed (a text, for example) would be unpacked while the header is read. */
const typesIn = (content: Buffer, seen: Seen): ReadonlyMap<number, string> => {
  const types = new Map<number, string>();
  for (const { type, content: entry } of boxesIn(content.subarray(content[0] === 0 ? 6 : 8), seen)) {
    const version = entry[0] ?? 0;
    if (type !== 'infe' || version < 2) continue;
    const numbers = numbersIn(entry, 4);
    const id = numbers.next(version === 2 ? 2 : 4);
    const at = version === 2 ? 8 : 10;
    const named = entry.toString('latin1', at, at + 4);
    types.set(id, named);
    const [, , encoding = ''] = entry.toString('latin1', at + 4, at + 1028).split('\0');
    if (named === 'mime' && encoding !== '') throw tooMuch('holds a compressed text');
  }
  return types;
};

/** References of one kind: which item, and to which others. */
const referencesIn = ({ content }: Box, wide: boolean, seen: Seen): readonly [number, readonly number[]] => {
  const numbers = numbersIn(content, 0);
  const from = numbers.next(wide ? 4 : 2);
  const others: number[] = [];
  for (let left = numbers.next(2); left > 0 && !numbers.isOver; left -= 1) {
    countEntry(seen);
    others.push(numbers.next(wide ? 4 : 2));
  }
  return [from, others];
};

/** Pixels of each item, by the property of its size. */
const pixelsIn = (content: Buffer, seen: Seen): ReadonlyMap<number, number> => {
  const boxes = boxesIn(content, seen);
  const properties = boxesIn(onlyOne(boxes, 'ipco'), seen);
  const pixels = new Map<number, number>();
  for (const { content: links } of boxes.filter(({ type }) => type === 'ipma')) {
    const wide = ((links[3] ?? 0) & 1) === 1;
    const numbers = numbersIn(links, 4);
    for (let left = numbers.next(4); left > 0 && !numbers.isOver; left -= 1) {
      countEntry(seen);
      const id = numbers.next(links[0] === 0 ? 2 : 4);
      for (let linked = numbers.next(1); linked > 0 && !numbers.isOver; linked -= 1) {
        countEntry(seen);
        const index = numbers.next(wide ? 2 : 1) & (wide ? 0x7fff : 0x7f);
        const property = properties[index - 1];
        if (property?.type !== 'ispe' || property.content.length < 12) continue;
        pixels.set(id, property.content.readUInt32BE(4) * property.content.readUInt32BE(8));
      }
    }
  }
  return pixels;
};

/** Refuses a file whose items are assembled from more bytes than it has. */
const refuseShared = (content: Buffer, size: number, seen: Seen): void => {
  const version = content[0] ?? 0;
  const lengths = content.readUInt16BE(4);
  const [offset, length, base] = [lengths >> 12, (lengths >> 8) & 15, (lengths >> 4) & 15];
  const index = version === 0 ? 0 : lengths & 15;
  const numbers = numbersIn(content, 6);
  let bytes = 0;
  for (let left = numbers.next(version < 2 ? 2 : 4); left > 0 && !numbers.isOver; left -= 1) {
    countEntry(seen);
    numbers.next(version < 2 ? 2 : 4);
    if (version > 0) numbers.next(2);
    numbers.next(2);
    numbers.next(base);
    for (let extents = numbers.next(2); extents > 0 && !numbers.isOver; extents -= 1) {
      countEntry(seen);
      numbers.next(index);
      numbers.next(offset);
      bytes += numbers.next(length);
    }
  }
  if (bytes > size * MAX_SHARED) throw tooMuch('shows the same bytes many times');
};

/** All parts of each item, however often the file names them. */
const partsOf = (listed: readonly (readonly [number, readonly number[]])[]): ReadonlyMap<number, readonly number[]> => {
  const parts = new Map<number, number[]>();
  for (const [item, others] of listed) {
    const known = parts.get(item) ?? [];
    // Added one by one: a copy for each box would be quadratic.
    for (const other of others) known.push(other);
    parts.set(item, known);
  }
  return parts;
};

const readItems = (meta: Buffer, size: number, seen: Seen): Items => {
  const boxes = boxesIn(meta.subarray(4), seen);
  const named = (name: string): Buffer => onlyOne(boxes, name);
  const iloc = named('iloc');
  if (iloc.length > 8) refuseShared(iloc, size, seen);
  const iref = named('iref');
  const references = boxesIn(iref.subarray(4), seen);
  const listed = (kind: string) =>
    references.filter(({ type }) => type === kind).map((box) => referencesIn(box, iref[0] !== 0, seen));
  const pitm = named('pitm');
  return {
    types: typesIn(named('iinf'), seen),
    pixels: pixelsIn(named('iprp'), seen),
    parts: partsOf(listed('dimg')),
    beside: listed('auxl').map(([id]) => id),
    primary: numbersIn(pitm, 4).next(pitm[0] === 0 ? 2 : 4),
  };
};

/** Counts the boxes of an AVIF or HEIC file, and the pixels that must be decoded to show it. */
export const heifWork = (bytes: Buffer): PromisedWork => {
  const seen: Seen = { boxes: 0, entries: 0 };
  const meta = onlyOne(boxesIn(bytes, seen), 'meta');
  if (meta.length === 0) return { pixels: 0 };
  const items = readItems(meta, bytes.length, seen);
  const decoded = [items.primary, ...items.beside].reduce((spent, id) => costOf(id, items, 1, spent), 0);
  if (decoded > MAX_DECODED) throw tooMuch(`is put together from more than ${MAX_DECODED / 1e6} million pixels`);
  return { pixels: items.pixels.get(items.primary) ?? 0 };
};
