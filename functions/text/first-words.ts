import { cutText, type FileText } from '../domain/text.ts';

/** Twice what a record has terms of; words that come again are one term. */
const MOST_WORDS = 400;
/** A small part of an item's size limit. Every character of UTF-16 takes at least a byte, so this bounds words too. */
const MOST_BYTES = 20_000;

const BEGINS = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;
const ENDS = /^[\p{L}\p{N}\p{M}\p{S}\p{Extended_Pictographic}]/u;

/**
 * The beginning of a text for search, each word once. It runs outside of any sandbox, so its work is linear in the text: each
 * character between two spaces is visited once from either end.
 */
export const firstWords = ({ pages }: Pick<FileText, 'pages'>): string => {
  const words = new Set<string>();
  for (const { text } of pages) {
    for (const [chunk] of text.matchAll(/\S+/gu)) {
      const word = trimmed(chunk);
      if (word !== '') words.add(word);
      if (words.size === MOST_WORDS) return joined(words);
    }
  }
  return joined(words);
};

const joined = (words: ReadonlySet<string>): string => cutText([...words].join(' '), MOST_BYTES);

/** A word without the signs around it. Separators inside stay: beginnings reach over them. */
const trimmed = (chunk: string): string => {
  const from = chunk.search(BEGINS);
  if (from < 0) return '';
  let end = Math.min(chunk.length, from + MOST_BYTES);
  while (end > from) {
    const start = end - (isLowSurrogate(chunk, end - 1) ? 2 : 1);
    if (ENDS.test(chunk.slice(start, end))) break;
    end = start;
  }
  return chunk.slice(from, end);
};

const isLowSurrogate = (text: string, at: number): boolean => at > 0 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
