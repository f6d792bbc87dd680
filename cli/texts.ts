import type { Body } from '../client/node.ts';
import { type Given, textFlag } from './command.ts';

type Fields = Body<'PATCH /api/v1/media/{id}'>;

/** The texts of a record: the fields of the API with free text. */
type TextName = { [Name in keyof Fields]-?: string extends NonNullable<Fields[Name]> ? Name : never }[keyof Fields];

const MEANINGS = {
  title: 'what it is called',
  alt: 'alternative text, for those who do not see it',
  caption: 'what is printed below it',
  description: 'anything else',
  license: 'under which terms it may be used',
  creator: 'who made it',
  source: 'where it comes from',
} as const satisfies Readonly<Record<TextName, string>>;

const NAMES = Object.keys(MEANINGS) as readonly TextName[];

/** A flag for each text. */
export const TEXT_OPTIONS = Object.fromEntries(NAMES.map((name) => [name, { type: 'string' as const }]));

/** The lines of a help text for these flags. */
export const TEXT_HELP = NAMES.map((name) => `  ${`--${name} TEXT`.padEnd(20)} ${MEANINGS[name]}`).join('\n');

export type Texts = Readonly<Partial<Record<TextName, string | null>>>;

/** The texts on a command line; an empty one means null. */
export const textsIn = (given: Given): Texts =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const text = textFlag(given, name);
      return text === undefined ? [] : [[name, text === '' ? null : text]];
    }),
  );
