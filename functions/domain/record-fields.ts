/** The rules of one text of a record, from which everything else about it is derived. */
interface TextRules {
  /** Its meaning, for documents. */
  readonly meaning: string;
  /** Characters that it may have, counted in units of UTF-16. */
  readonly longest: number;
  /** How search finds it: inside words as well, as in names, or from the start of words. */
  readonly found: 'inside words' | 'word starts';
  /** The text embedded in a file that fills it where the settings say so. */
  readonly filledFrom: 'title' | 'alt' | 'caption' | null;
}

/**
 * The texts of a record, in the order in which search indexes their words. Each is text or null, stored under its name,
 * editable, part of every upload and shown by v1; `files` and `base` select theirs in `file-texts.ts` and `item-texts.ts`.
 */
export const RECORD_TEXTS = {
  title: { meaning: 'what it is called', longest: 255, found: 'inside words', filledFrom: 'title' },
  alt: { meaning: 'alternative text', longest: 500, found: 'word starts', filledFrom: 'alt' },
  caption: { meaning: 'what is printed below it', longest: 1000, found: 'word starts', filledFrom: 'caption' },
  description: { meaning: 'anything else', longest: 5000, found: 'word starts', filledFrom: null },
  license: { meaning: 'under which terms it may be used', longest: 100, found: 'word starts', filledFrom: null },
  creator: { meaning: 'who made it', longest: 200, found: 'word starts', filledFrom: null },
  source: { meaning: 'where it comes from', longest: 500, found: 'word starts', filledFrom: null },
} as const satisfies Readonly<Record<string, TextRules>>;

export type TextName = keyof typeof RECORD_TEXTS;
export const TEXT_NAMES = Object.keys(RECORD_TEXTS) as readonly TextName[];

/** The texts that people write about a file. */
export type MediaTexts = { readonly [Name in TextName]: string | null };

/** A value for each of some names. */
export const byName = <Name extends string, Value>(
  names: readonly Name[],
  valueFor: (name: Name) => Value,
): Readonly<Record<Name, Value>> =>
  Object.fromEntries(names.map((name) => [name, valueFor(name)])) as Record<Name, Value>;

/** All texts; a missing one is null. Items from before a text was added lack it. */
export const textsOf = (given: Readonly<Partial<Record<TextName, unknown>>>): MediaTexts =>
  byName(TEXT_NAMES, (name) => (given[name] ?? null) as string | null);

/** A record without texts. */
export const NO_RECORD_TEXTS = textsOf({});

type Chosen<Choice> = { [Name in TextName]: Choice extends Readonly<Record<Name, true>> ? Name : never }[TextName];

/** The texts that an API shows and takes. It must say of each whether it does. */
export const chosenTexts = <const Choice extends Readonly<Record<TextName, boolean>>>(choice: Choice) =>
  TEXT_NAMES.filter((name) => choice[name]) as readonly string[] as readonly Chosen<Choice>[];
