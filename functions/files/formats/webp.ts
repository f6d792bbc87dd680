/** How much of a WebP file says whether it has transparency. */
export const WEBP_HEAD_BYTES = 32;

const ALPHA_OF_EXTENDED = 0x10;
const ALPHA_OF_LOSSLESS = 0x10;

/**
 * Whether a WebP file has transparency, by its first bytes: an extended header (`VP8X`) and a lossless picture (`VP8L`) have a
 * flag for it, a lossy picture (`VP8 `) has none. Undefined for other files.
 */
export const hasTransparency = (head: Uint8Array): boolean | undefined => {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  if (text.slice(0, 4) !== 'RIFF' || text.slice(8, 12) !== 'WEBP') return undefined;
  switch (text.slice(12, 16)) {
    case 'VP8 ':
      return false;
    case 'VP8X':
      return ((head[20] ?? 0) & ALPHA_OF_EXTENDED) !== 0;
    case 'VP8L':
      // A byte of signature, 28 bits of width and height, and then the flag.
      return ((head[24] ?? 0) & ALPHA_OF_LOSSLESS) !== 0;
    default:
      return undefined;
  }
};
