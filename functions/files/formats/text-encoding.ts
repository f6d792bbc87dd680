import chardet from 'chardet';

/** The bytes of a text that are read to detect its encoding. */
export const TELLING_BYTES = 4096;
const DETECTED_BYTES = 64 * 1024;

/** Encodings of Unicode that bytes may show, and the rest: UTF-8, or a code page. */
export type UnicodeEncoding = 'utf-16le' | 'utf-16be' | 'utf-8';

const marked = (bytes: Uint8Array): UnicodeEncoding | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
};

/** Whether bytes begin with the byte order mark of UTF-16. */
export const hasMark = (start: Uint8Array): boolean => marked(start) !== undefined;

/**
 * Characters that no text has: controls except blanks and the end-of-file of DOS, halves of surrogate pairs, private and
 * unassigned characters.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NO_TEXT = /[^\P{C}\t\n\v\f\r\x1a\x1b\p{Cf}]/u;

const readsAs = (encoding: UnicodeEncoding, bytes: Uint8Array): boolean => {
  try {
    return !NO_TEXT.test(new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }));
  } catch {
    return false;
  }
};

/** Units whose higher half is zero and whose lower half is a blank, a line end or a printable character of ASCII. */
const asciiUnits = (bytes: Uint8Array, higherHalf: 0 | 1): number => {
  let units = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const lower = bytes[at + 1 - higherHalf] ?? 0;
    if (bytes[at + higherHalf] === 0 && lower >= 0x09 && lower < 0x7f) units += 1;
  }
  return units;
};

/**
 * UTF-16 by its mark or, without one, by the blanks, line ends and Latin letters in it: their zero bytes are in no other
 * text. Everything else is `utf-8`, or a code page where that fails.
 *
 * @param start the first `TELLING_BYTES` bytes of a text, or all of it
 */
export const unicodeEncodingOf = (start: Uint8Array): UnicodeEncoding => {
  const mark = marked(start);
  if (mark) return mark;
  const looked = start.subarray(0, TELLING_BYTES);
  const orders = [
    { encoding: 'utf-16le', units: asciiUnits(looked, 1) },
    { encoding: 'utf-16be', units: asciiUnits(looked, 0) },
  ] as const;
  // The letter 一 in one byte order looks like an N in the other, so the likelier order may be none.
  const [likelier] = orders
    .filter(({ units }) => units > 0)
    .sort((one, other) => other.units - one.units)
    .filter(({ encoding }) => readsAs(encoding, looked));
  return likelier?.encoding ?? 'utf-8';
};

/** The encoding for bytes that are not UTF-8 and match no other: it gives every byte a meaning. */
const LATIN = 'windows-1252';
/** The code pages of Windows include those of ISO, with letters and signs where ISO has controls. */
const WIDER: Readonly<Record<string, string>> = {
  'ISO-8859-1': LATIN,
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
};
/** Below this, the detector is guessing (0 to 100). */
const LEAST_CONFIDENCE = 10;

/** A word with an accent or two does not show its language. */
const LEAST_LETTERS = 6;

/** The code page of a text that is not UTF-8, by how often its letters follow each other. */
const codePageOf = (bytes: Uint8Array): string => {
  const looked = bytes.subarray(0, DETECTED_BYTES);
  if (looked.filter((byte) => byte > 0x7f).length < LEAST_LETTERS) return LATIN;
  const [best] = chardet.analyse(looked);
  if (!best || best.confidence < LEAST_CONFIDENCE) return LATIN;
  return isKnown(WIDER[best.name] ?? best.name) ? (WIDER[best.name] ?? best.name).toLowerCase() : LATIN;
};

const isKnown = (label: string): boolean => {
  try {
    return new TextDecoder(label).encoding !== '' && !label.startsWith('UTF');
  } catch {
    return false;
  }
};

/** ISO-2022-JP writes Japanese in seven bits, so its bytes are valid UTF-8: only its escapes show it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const JAPANESE_ESCAPE = /\x1b(?:\$[@B]|\([BJI])/;

const decodesAs = (encoding: string, bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const encodingOf = (bytes: Uint8Array, named: string | undefined): string =>
  named !== undefined && isKnown(named) ? named : codePageOf(bytes);

/**
 * The text of bytes: UTF-16 with or without its mark, UTF-8, the document's own encoding, or the code page that the detector
 * finds (Shift_JIS, EUC-JP, GB18030, Big5, EUC-KR, KOI8-R, the code pages of Windows and ISO).
 *
 * @param named the encoding that the document names for itself; an unknown one is ignored
 */
export const decodeBytes = (bytes: Uint8Array, named?: string): string => {
  const unicode = unicodeEncodingOf(bytes.subarray(0, TELLING_BYTES));
  if (unicode !== 'utf-8') return new TextDecoder(unicode).decode(bytes);
  const utf8 = decodesAs('utf-8', bytes);
  if (utf8 !== undefined && !JAPANESE_ESCAPE.test(utf8)) return utf8;
  const encoding = utf8 === undefined ? encodingOf(bytes, named) : 'iso-2022-jp';
  return decodesAs(encoding, bytes) ?? new TextDecoder(LATIN).decode(bytes);
};
