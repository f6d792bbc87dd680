/** Files that are not what they seem, as an attacker or a broken disk would send them. */
import { crc32, deflateSync } from 'node:zlib';

export const html = Buffer.from('<!DOCTYPE html><html><script>alert(1)</script></html>');

export const svg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><image href="file:///etc/passwd"/></svg>',
);

export const pdf = Buffer.from('%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n');

/** The start of libvips' own format, which maps memory as its header says. */
export const vips = Buffer.concat([Buffer.from('08f2a6b6', 'hex'), Buffer.alloc(4096)]);

/** A file that was cut, as a lost connection leaves it. */
export const truncated = (bytes: Buffer, share = 0.5): Buffer => bytes.subarray(0, Math.floor(bytes.length * share));

/** One chunk of a PNG. */
export const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
};

/** Deflates a gigabyte of zeros at the cost of a megabyte: compressed blocks that refer to nothing before them repeat. */
const deflatedZeros = (length: number): Buffer => {
  const block = Buffer.alloc(2 ** 20);
  // `Z_SYNC_FLUSH` would end a block on a byte border; a stored empty block after each piece does the same here.
  const piece = deflateSync(block, { level: 9, finishFlush: 2 }).subarray(2);
  const rest = deflateSync(Buffer.alloc(length % block.length), { level: 9 });
  const checksum = Buffer.alloc(4);
  // Adler-32 of zeros: one sum stays 1, the other counts the bytes.
  checksum.writeUInt32BE((((length % 65_521) << 16) | 1) >>> 0);
  return Buffer.concat([
    Buffer.from('78da', 'hex'),
    ...Array.from({ length: Math.floor(length / block.length) }, () => piece),
    rest.subarray(2, -4),
    checksum,
  ]);
};

/** A valid black PNG of `side` x `side` pixels; 16,000 need 768 MB when decoded and weigh under 1 MB. */
export const pngBomb = (side = 16_000): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflatedZeros((side * 3 + 1) * side)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};
