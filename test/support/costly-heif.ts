/** AVIF files that are put together from items as a test wants them; no pixel of them can be decoded. */

const box = (type: string, ...content: readonly (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
};

const full = (type: string, ...content: readonly (Buffer | string)[]): Buffer => box(type, Buffer.alloc(4), ...content);

const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
};
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
};

export interface HeifItem {
  readonly id: number;
  /** Four letters. */
  readonly type: string;
  /** Pixels of a side. */
  readonly side?: number;
  /** Items that it is put together from. */
  readonly parts?: readonly number[];
  /** Pieces of the file that it is put together from, each of so many bytes. */
  readonly pieces?: readonly number[];
  /** How a text is packed. */
  readonly encoding?: string;
}

const infe = ({ id, type, encoding }: HeifItem): Buffer =>
  box('infe', Buffer.from([2, 0, 0, 0]), u16(id, 0), type, '\0', encoding ? `text/xml\0${encoding}\0` : '');

/** A file of items; the first is the picture. */
export const heifOf = (...items: readonly HeifItem[]): Buffer => {
  const sizes = items.map(({ side = 64 }) => full('ispe', u32(side, side)));
  const links = items.map(({ id }, index) => Buffer.concat([u16(id), Buffer.from([1, index + 1])]));
  const derived = items.flatMap(({ id, parts }) => (parts ? [box('dimg', u16(id, parts.length, ...parts))] : []));
  const places = items.map(({ id, pieces = [] }) =>
    Buffer.concat([u16(id, 0, pieces.length), ...pieces.map((length) => u32(0, length))]),
  );
  return Buffer.concat([
    box('ftyp', 'avif', u32(0), 'mif1avif'),
    full(
      'meta',
      full('hdlr', u32(0), 'pict', Buffer.alloc(13)),
      full('pitm', u16(items[0]?.id ?? 0)),
      full('iinf', u16(items.length), ...items.map(infe)),
      full('iref', ...derived),
      box('iprp', box('ipco', ...sizes), full('ipma', u32(items.length), ...links)),
      full('iloc', Buffer.from([0x44, 0x00]), u16(items.length), ...places),
    ),
    box('mdat', Buffer.alloc(64)),
  ]);
};

const FTYP = box('ftyp', 'avif', u32(0), 'mif1avif');

/** A file that says with many boxes, and not one, what one item is put together from. */
export const heifOfReferences = (boxes: number, each: number): Buffer => {
  const one = box('dimg', u16(1, each), Buffer.alloc(each * 2, 1));
  return Buffer.concat([FTYP, full('meta', full('iref', ...new Array<Buffer>(boxes).fill(one)))]);
};

/** A file that gives so many items a size. */
export const heifOfLinks = (items: number): Buffer => {
  const links = Buffer.alloc(items * 4);
  for (let item = 0; item < items; item += 1) links.set([item >> 8, item & 0xff, 1, 1], item * 4);
  const sizes = box('ipco', full('ispe', u32(64, 64)));
  return Buffer.concat([FTYP, full('meta', box('iprp', sizes, full('ipma', u32(items), links)))]);
};

/** A file whose items have as many pieces as can be said, none of which takes a byte in the table. */
export const heifOfEmptyPieces = (items: number): Buffer => {
  const item = u16(1, 0, 65_535);
  const table = full('iloc', Buffer.alloc(2), u16(items), ...new Array<Buffer>(items).fill(item));
  return Buffer.concat([FTYP, full('meta', table)]);
};

/** A file that counts the bytes of its items in numbers of a length that there is none of. */
export const heifOfOddNumbers = (length: number): Buffer => {
  const lengths = Buffer.from([(length << 4) | length, length << 4]);
  const table = full('iloc', lengths, u16(1, 1, 0), Buffer.alloc(length), u16(1), Buffer.alloc(length * 2));
  return Buffer.concat([FTYP, full('meta', table)]);
};
