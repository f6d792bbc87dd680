import { type Given, textFlag } from './command.ts';
import { UsageError } from './exit.ts';

/** A whole number on the command line, within bounds. */
export const numberFlag = (given: Given, name: string, least: number, most: number, whenAbsent: number): number => {
  const text = textFlag(given, name);
  if (text === undefined) return whenAbsent;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}"`);
  }
  return value;
};
