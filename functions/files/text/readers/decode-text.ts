import { decodeBytes } from '../../formats/text-encoding.ts';

/**
 * The text of bytes in their detected encoding. Lines end in `
 * `, a vertical tab (a line within a field, as databases export it) is a blank; other control characters, the end-of-file of
 * DOS among them, are removed.
 *
 * @param named the encoding that the document names for itself
 */
export const decodeText = (bytes: Uint8Array, named?: string): string =>
  decodeBytes(bytes, named)
    .replace(/\r\n?/g, '\n')
    .replaceAll('\v', ' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
    .replace(/[\x00-\x08\x0e-\x1f\x7f]/g, '');
