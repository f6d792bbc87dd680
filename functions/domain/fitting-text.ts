import { cutText, type FileText, type TextPage } from './text.ts';

/**
 * The bytes of a text in an answer of Lambda, where the body is a string in JSON: what JSON escapes is escaped once more. A quote
 * is four bytes there, and a control character seven.
 */
const MOST_TRAVELLING = 2_400_000;
/** The other fields of a page. */
const BESIDE_TEXT = 150;
/** Longer than the name of any sheet. */
const MOST_NAME_BYTES = 400;

const SHORT_ESCAPES = new Set([...'\b\t\n\f\r'].map((each) => each.charCodeAt(0)));
const [QUOTE, BACKSLASH] = ['"', '\\'].map((each) => each.charCodeAt(0));
const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** The bytes of the character at an index, and how many units of UTF-16 it has. */
const travelAt = (text: string, at: number): readonly [bytes: number, units: number] => {
  const code = text.charCodeAt(at);
  if (code === QUOTE || code === BACKSLASH) return [4, 1];
  if (code < 0x20) return [SHORT_ESCAPES.has(code) ? 3 : 7, 1];
  if (code < 0x80) return [1, 1];
  if (code < 0x800) return [2, 1];
  if (isHigh(code) && isLow(text.charCodeAt(at + 1))) return [4, 2];
  return [isHigh(code) || isLow(code) ? 7 : 3, 1];
};

/** The beginning of a text that travels in at most so many bytes, and how many it has then. */
export const cutTravelling = (text: string, most: number): { readonly text: string; readonly bytes: number } => {
  let total = 0;
  for (let at = 0; at < text.length; ) {
    const [bytes, units] = travelAt(text, at);
    if (total + bytes > most) return { text: text.slice(0, at), bytes: total };
    total += bytes;
    at += units;
  }
  return { text, bytes: total };
};

/**
 * As much of the pages as one answer carries, in which their text may be twice: as pages and as a whole. A text of quotes or control
 * characters is several times as large there as in its file.
 */
export const fittingText = <Read extends Pick<FileText, 'pages' | 'truncated'>>(read: Read): Read => {
  let left = MOST_TRAVELLING;
  const pages: TextPage[] = [];
  for (const page of read.pages) {
    const name = page.name === null ? null : cutText(page.name, MOST_NAME_BYTES);
    left -= BESIDE_TEXT + (name === null ? 0 : cutTravelling(name, left).bytes);
    if (left <= 0) break;
    const { text, bytes } = cutTravelling(page.text.toWellFormed(), left);
    pages.push({ ...page, name, text });
    left -= bytes;
    if (text.length < page.text.length) break;
  }
  const isWhole = pages.length === read.pages.length && pages.at(-1)?.text.length === read.pages.at(-1)?.text.length;
  return { ...read, pages, truncated: read.truncated || !isWhole };
};
