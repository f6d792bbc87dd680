/** Small pictures that promise decoders hours of work or gigabytes of memory. */
import { deflateSync } from 'node:zlib';
import { pngChunk } from './hostile-files.ts';

const segment = (marker: number, content: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

/** One code of one bit. */
const huffman = (kind: number, symbol: number): Buffer =>
  segment(0xc4, Buffer.from([kind, 1, ...new Array<number>(15).fill(0), symbol]));

/** Bits as coded data, filled up with ones; 0xff is followed by zero. */
const coded = (bits: string): Buffer => {
  const bytes = Buffer.from(
    (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
  return Buffer.from(
    bytes.toString('hex').replaceAll(/(..)/g, (byte) => (byte === 'ff' ? 'ff00' : byte)),
    'hex',
  );
};

/** A scan that changes nothing: runs of "no more coefficients" through every block. */
const emptyScan = (blocks: number): Buffer => {
  const LONGEST_RUN = 2 ** 15 - 1;
  let runs = '';
  for (let left = blocks; left > 0; left -= LONGEST_RUN) {
    const run = Math.min(left, LONGEST_RUN);
    // A run of 16384 and up to 16383 more; the last may go on behind the end of the picture.
    runs += `0${Math.max(0, run - 16_384)
      .toString(2)
      .padStart(14, '0')}`;
  }
  return Buffer.concat([segment(0xda, Buffer.from([1, 1, 0x00, 1, 63, 0])), coded(runs)]);
};

const FIRST_SCAN = segment(0xda, Buffer.from([1, 1, 0x00, 0, 0, 0]));
const JPEG_END = Buffer.from('ffd9', 'hex');
const blocksOf = (side: number): number => Math.ceil(side / 8) ** 2;

/** A grey progressive JPEG up to its first scan. */
const jpegHead = (side: number): Buffer => {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(side, 1);
  frame.writeUInt16BE(side, 3);
  return Buffer.concat([
    Buffer.from('ffd8', 'hex'),
    segment(0xdb, Buffer.from([0, ...new Array<number>(64).fill(1)])),
    segment(0xc2, frame),
    huffman(0x00, 0x00),
    huffman(0x10, 0xe0),
  ]);
};

/**
 * A grey progressive JPEG that is whole, with as many scans as wanted behind the first: each is one run of "no more
 * coefficients" after the other, 119 bytes for 9000 x 9000 pixels, and has the decoder pass through every block.
 */
export const jpegOfScans = (side: number, scans: number): Buffer =>
  Buffer.concat([
    jpegHead(side),
    FIRST_SCAN,
    Buffer.alloc(Math.ceil(blocksOf(side) / 8)),
    ...new Array<Buffer>(scans).fill(emptyScan(blocksOf(side))),
    JPEG_END,
  ]);

/**
 * As many scans hidden from a reader that believes lengths: before the last restart marker of the first scan stands a marker
 * that is none, with a length that reaches behind all of them. A decoder that looks for the restart passes over two bytes of it.
 */
export const jpegOfHiddenScans = (side: number, scans: number): Buffer => {
  const interval = Math.min(65_535, blocksOf(side) - 8);
  const restarts = Array.from({ length: Math.ceil(blocksOf(side) / interval) - 1 }, (_, index) =>
    Buffer.concat([Buffer.alloc(Math.ceil(interval / 8)), Buffer.from([0xff, 0xd0 + (index % 8)])]),
  );
  const last = restarts.pop() ?? Buffer.alloc(0);
  const left = blocksOf(side) - (restarts.length + 1) * interval;
  const scan = emptyScan(blocksOf(side));
  const hidden = Buffer.concat([
    last.subarray(-2),
    Buffer.alloc(Math.ceil(left / 8)),
    segment(0xdd, Buffer.alloc(2)),
    ...new Array<Buffer>(scans).fill(scan),
  ]);
  const marker = Buffer.from([0xff, 0x02, 0, 0]);
  marker.writeUInt16BE(hidden.length + 2, 2);
  const restartEvery = Buffer.alloc(2);
  restartEvery.writeUInt16BE(interval);
  return Buffer.concat([
    jpegHead(side),
    segment(0xdd, restartEvery),
    FIRST_SCAN,
    ...restarts,
    last.subarray(0, -2),
    marker,
    hidden,
    scan,
    JPEG_END,
  ]);
};

/** A PNG of 8 x 8 pixels with chunks of any kind before its pixels. */
export const pngOf = (...chunks: readonly Buffer[]): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(8, 0);
  header.writeUInt32BE(8, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...chunks,
    pngChunk('IDAT', deflateSync(Buffer.alloc((8 * 3 + 1) * 8))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};

const packs = new Map<number, Buffer>();
/** A text of one letter, packed; the same length is packed once. */
const packedText = (length: number): Buffer => {
  const packed = packs.get(length) ?? deflateSync(Buffer.alloc(length, 0x41), { level: 9 });
  packs.set(length, packed);
  return packed;
};

/** The three kinds of chunks that unpack while a header is read. */
export const PACKED_CHUNKS = {
  zTXt: (length: number) => pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), packedText(length)])),
  iTXt: (length: number) => pngChunk('iTXt', Buffer.concat([Buffer.from('Comment\0\x01\0en\0\0'), packedText(length)])),
  iCCP: (length: number) => pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0'), packedText(length)])),
} as const;

/** A PNG of 8 x 8 pixels whose texts unpack to `texts` times `length` bytes. */
export const pngOfTexts = (texts: number, length: number): Buffer =>
  pngOf(...new Array<Buffer>(texts).fill(PACKED_CHUNKS.zTXt(length)));
