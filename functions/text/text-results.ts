import { json } from 'node:stream/consumers';
import { originalKey, textResultKey } from '../domain/media.ts';
import { cutText, type FileText } from '../domain/text.ts';
import type { FileStore } from '../stores/file-store.ts';
import type { TextRef, TextStore } from '../stores/text-store.ts';

/** Texts as they are stored: one object for each extraction. */
export const textResults = (
  files: Pick<FileStore, 'read' | 'write'>,
  texts: Pick<TextStore, 'finish' | 'setWords'>,
) => ({
  read: async (ref: TextRef): Promise<FileText | undefined> => {
    const stored = await files.read(keyOf(ref));
    return stored && ((await json(stored)) as FileText);
  },

  /** Stores what was read, gives search its words, and says last that it is done. */
  store: async (ref: TextRef, text: FileText, now: Date): Promise<void> => {
    await files.write(keyOf(ref), Buffer.from(JSON.stringify(text)), 'application/json');
    // A later part of a text, or one without words, tells search nothing that is worth more than what it has.
    if (text.pages[0]?.number === 1) {
      const words = firstWords(text);
      if (words !== '') await texts.setWords(ref, words, now);
    }
    await texts.finish(ref, text, now);
  },

  original: (ref: TextRef) => files.read(originalKey(ref.teamId, ref.place.mediaId, ref.place.fileVersion)),
});

export type TextResults = ReturnType<typeof textResults>;

const keyOf = ({ teamId, place, name }: TextRef): string =>
  textResultKey(teamId, place.mediaId, place.fileVersion, name);

/** Twice what a record has terms of; words that come again are one term. */
const MOST_WORDS = 400;
/** A small part of what an item may have. */
const MOST_BYTES = 20_000;

/** The beginning of a text, each word once. */
const firstWords = ({ pages }: FileText): string => {
  const words = new Set<string>();
  for (const { text } of pages) {
    // Separators inside stay: beginnings reach over them.
    for (const [word] of text.matchAll(/[\p{L}\p{N}\p{Extended_Pictographic}](?:\S*[\p{L}\p{N}\p{M}\p{S}])?/gu)) {
      words.add(word);
      if (words.size === MOST_WORDS) return cutText([...words].join(' '), MOST_BYTES);
    }
  }
  return cutText([...words].join(' '), MOST_BYTES);
};
