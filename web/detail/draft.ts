import type { Media } from '../../client/index.ts';

/** The texts of a record that people edit, in the order of the form. */
export const TEXTS = ['title', 'alt', 'caption', 'description', 'creator', 'license', 'source'] as const;
export type TextName = (typeof TEXTS)[number];
export type RecordTexts = Readonly<Record<TextName, string | null>>;

/** The choices of a form; what was not touched is left out. */
export type Draft = Partial<Record<TextName, string>>;

const storedText = (text: string): string | null => (text.trim() === '' ? null : text);

export const textsOf = (media: Media): RecordTexts =>
  Object.fromEntries(TEXTS.map((name) => [name, media[name]])) as RecordTexts;

/** What a draft changes of the texts that it was begun with. */
export const changesOf = (draft: Draft, base: RecordTexts): Partial<Record<TextName, string | null>> =>
  Object.fromEntries(
    TEXTS.flatMap((name) => {
      const text = draft[name];
      return text === undefined || storedText(text) === base[name] ? [] : [[name, storedText(text)]];
    }),
  );

export interface Conflict {
  readonly name: TextName;
  readonly yours: string | null;
  readonly theirs: string | null;
}

/** Fields that another person changed meanwhile to another text than this draft. */
export const conflictsOf = (draft: Draft, base: RecordTexts, latest: RecordTexts): readonly Conflict[] =>
  Object.entries(changesOf(draft, base)).flatMap(([key, yours]) => {
    const name = key as TextName;
    const theirs = latest[name];
    return theirs === base[name] || theirs === yours ? [] : [{ name, yours: yours ?? null, theirs }];
  });
