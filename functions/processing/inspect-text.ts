/** What a browser or a shell would take for more than text, at the start of a file (after the sniffing rules of WHATWG). */
const ACTIVE = /^\s*(<[!?/a-z]|#!|%PDF-|%!PS|\{\\rtf)/i;
/** Control characters that text does not have; tab, line feed, form feed, return and escape are allowed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]/;

/** The encodings of the byte order marks; without a mark it is UTF-8 or, failing that, a Latin code page. */
const encodingOf = (bytes: Buffer): 'utf-16le' | 'utf-16be' | 'utf-8' => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
};

const decode = (bytes: Buffer, encoding: string): string | undefined => {
  try {
    // A character that is cut by the end of what was kept is no fault of the file.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
};

/** Whether bytes are plain text (UTF-8, UTF-16 with its mark, or Latin) and start like no markup, script or document. */
export const inspectText = (bytes: Buffer): boolean => {
  const encoding = encodingOf(bytes);
  const text = decode(bytes, encoding) ?? (encoding === 'utf-8' ? bytes.toString('latin1') : undefined);
  return text !== undefined && !CONTROL.test(text) && !ACTIVE.test(text);
};
