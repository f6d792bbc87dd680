/**
 * Typed reading of template values.
 *
 * A template is data of another program: every reader names the expected value and its path, so that a property of an
 * unexpected shape is a clear line at start and not an odd failure later.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json | undefined;
}

/** True for a JSON object. */
export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; an absent one reads as empty. */
export const record = (value: Json | undefined, where: string): JsonRecord => {
  if (value === undefined) return {};
  if (isRecord(value)) return value;
  throw new Error(`${where} should be an object, but is ${JSON.stringify(value)}.`);
};

/** The value as a list; an absent one reads as empty, a single value as a list of one. */
export const list = (value: Json | undefined): readonly Json[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as Json];

/** The value as a string; numbers and booleans are accepted in their written form, as CloudFormation does. */
export const text = (value: Json | undefined, where: string): string => {
  const found = optionalText(value, where);
  if (found === undefined) throw new Error(`${where} is missing.`);
  return found;
};

/** The value as a string, or undefined when absent. */
export const optionalText = (value: Json | undefined, where: string): string | undefined => {
  if (value === undefined) return undefined;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`${where} should be a string, but is ${JSON.stringify(value)}.`);
};

/** The value as a number, or undefined when absent. */
export const optionalNumber = (value: Json | undefined, where: string): number | undefined => {
  if (value === undefined) return undefined;
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new Error(`${where} should be a number, but is ${JSON.stringify(value)}.`);
};

/** True for `true` and `"true"`; an absent value is false. */
export const flag = (value: Json | undefined): boolean => value === true || value === 'true';

/** The value as a list of strings. */
export const texts = (value: Json | undefined, where: string): readonly string[] =>
  list(value).map((item, index) => text(item, `${where}[${index}]`));
