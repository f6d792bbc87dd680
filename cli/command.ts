import type { ParseArgsConfig } from 'node:util';
import { jsonLine, type Terminal } from './terminal.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** A parsed command line. */
export interface Given {
  readonly flags: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly words: readonly string[];
}

/** One thing that `mediashelf` can do. */
export interface Command {
  readonly summary: string;
  /** Usage, options and examples. */
  readonly help: string;
  readonly options: Options;
  /** Answers the exit code. */
  run(given: Given, terminal: Terminal): Promise<number>;
}

export const textFlag = ({ flags }: Given, name: string): string | undefined => {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
};

export const isSet = ({ flags }: Given, name: string): boolean => flags[name] === true;

/** A flag that may be repeated, each with one value or several, separated by commas. */
export const listFlag = ({ flags }: Given, name: string): readonly string[] =>
  [flags[name] ?? []]
    .flat()
    .flatMap((value) => String(value).split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');

/** Writes lines for people, or values as lines of JSON. */
export const say = ({ out }: Terminal, line: string | object): void =>
  void out.write(`${typeof line === 'string' ? line : jsonLine(line)}\n`);
