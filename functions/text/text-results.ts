import { json } from 'node:stream/consumers';
import { fittingText } from '../domain/fitting-text.ts';
import { originalKey, textResultKey } from '../domain/media.ts';
import type { FileText } from '../domain/text.ts';
import type { FileStore } from '../files/file-store.ts';
import { firstWords } from './first-words.ts';
import type { TextRef, TextStore } from './text-store.ts';

/** Texts as they are stored: one object for each extraction. */
export const textResults = (
  files: Pick<FileStore, 'head' | 'read' | 'write' | 'list' | 'remove'>,
  texts: Pick<TextStore, 'finish' | 'setWords'>,
) => ({
  read: async (ref: TextRef): Promise<FileText | undefined> => {
    const stored = await files.read(keyOf(ref));
    // A text that was stored by an earlier version may be more than an answer carries.
    return stored && fittingText((await json(stored)) as FileText);
  },

  /** Stores what was read, gives search its words, and says last that it is done. */
  store: async (ref: TextRef, text: FileText, now: Date): Promise<void> => {
    if (!ref.name.endsWith(WHOLE)) await makeRoom(keyOf(ref), files);
    await files.write(keyOf(ref), Buffer.from(JSON.stringify(text)), 'application/json');
    // A later part of a text, or one without words, does not improve search.
    if (text.pages[0]?.number === 1) {
      const words = firstWords(text);
      if (words !== '') await texts.setWords(ref, words, now);
    }
    await texts.finish(ref, text, now);
  },

  original: (ref: TextRef) => files.read(originalKeyOf(ref)),

  findOriginal: (ref: TextRef) => files.head(originalKeyOf(ref)),
});

/** Results for page ranges that are kept of one file; the oldest is removed, and read again on request. */
export const MOST_PARTS = 100;
const WHOLE = '.all';

const makeRoom = async (key: string, files: Pick<FileStore, 'list' | 'remove'>): Promise<void> => {
  const { keys } = await files.list(key.slice(0, key.lastIndexOf('/') + 1));
  const parts = keys.filter((each) => each.key !== key && !each.key.endsWith(`${WHOLE}.json`));
  const oldest = parts.toSorted((one, other) => one.lastModified.getTime() - other.lastModified.getTime());
  for (const each of oldest.slice(0, Math.max(0, parts.length - MOST_PARTS + 1))) await files.remove(each.key);
};

export type TextResults = ReturnType<typeof textResults>;

const originalKeyOf = ({ teamId, place }: TextRef): string => originalKey(teamId, place.mediaId, place.fileVersion);

const keyOf = ({ teamId, place, name }: TextRef): string =>
  textResultKey(teamId, place.mediaId, place.fileVersion, name);
