/** UTF-8 that is none is taken for the Latin code page of Windows, which gives every byte a meaning. */
const LATIN = 'windows-1252';

const decodes = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** The text of bytes in UTF-8, UTF-16 with its mark, or Latin. Lines end in `\n`; control characters are left out. */
export const decodeText = (bytes: Uint8Array): string => {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : '';
  const text = marked
    ? new TextDecoder(marked).decode(bytes)
    : (decodes(bytes, 'utf-8') ?? new TextDecoder(LATIN).decode(bytes));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
  return text.replace(/\r\n?/g, '\n').replace(/[\x00-\x08\x0b\x0e-\x1f\x7f]/g, '');
};
