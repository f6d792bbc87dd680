/** Control characters, and the Unicode marks that change how a name is displayed ("gpj.exe" as "exe.jpg"). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const UNSAFE_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/** Control characters other than tab, line feed and carriage return. Those from U+0080 on are sequences to a terminal, as an escape is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the point
const UNSAFE_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

export const FILE_NAME_LENGTH = 255;

/** A file name is data, never a path: separators are fine, what deceives the eye or breaks a header is not. */
export const isFileName = (name: string): boolean =>
  name.isWellFormed() && !UNSAFE_IN_NAMES.test(name) && name.trim() !== '' && name !== '.' && name !== '..';

export const isPlainText = (text: string): boolean => text.isWellFormed() && !UNSAFE_IN_TEXT.test(text);

/** Compares names as people do: case and accents do not count. */
export const foldName = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

/** An RFC 8187 value: percent-encoded UTF-8 with the characters that `encodeURIComponent` leaves and the grammar refuses. */
const extendedValue = (value: string): string =>
  encodeURIComponent(value).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * A Content-Disposition header after RFC 6266: an ASCII fallback for old clients and the true name as `filename*`.
 *
 * @example contentDisposition('inline', 'résumé.pdf') // inline; filename="r_sum_.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf
 */
export const contentDisposition = (type: 'inline' | 'attachment', filename: string): string => {
  const fallback = filename.replace(/[^\x20-\x7e]|["\\%/]/g, '_');
  const header = `${type}; filename="${fallback}"`;
  return fallback === filename ? header : `${header}; filename*=UTF-8''${extendedValue(filename)}`;
};
