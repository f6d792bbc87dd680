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

const read = (bytes: Buffer): string | undefined => {
  const encoding = encodingOf(bytes);
  return decode(bytes, encoding) ?? (encoding === 'utf-8' ? bytes.toString('latin1') : undefined);
};

/** Whether bytes are text: UTF-8, UTF-16 with its mark, or Latin. */
export const isText = (bytes: Buffer): boolean => {
  const text = read(bytes);
  return text !== undefined && !CONTROL.test(text);
};

/** Whether a text starts like markup, a script or a document. */
export const isActiveText = (bytes: Buffer): boolean => ACTIVE.test(read(bytes) ?? '');

const without = (text: string, start: string, end: string): string => {
  let rest = text.trimStart();
  while (rest.startsWith(start)) {
    const at = rest.indexOf(end);
    rest = at === -1 ? '' : rest.slice(at + end.length).trimStart();
  }
  return rest;
};

/** Whether a text starts like a web page: its declaration or first element, perhaps behind comments. */
export const isHtml = (bytes: Buffer): boolean =>
  /^<(?:!doctype\s+html|html|head|body|script)\b/i.test(
    without(without((read(bytes) ?? '').replace(/^\ufeff/, ''), '<?xml', '>'), '<!--', '-->'),
  );
