import { z } from 'zod';
import type { Tree } from './context-overrides.ts';

/** The schema itself, without its default. */
const inner = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional
    ? inner(schema.unwrap())
    : schema;

/** The list in a single text: its entries, separated by commas. No entry of any list has one inside. */
const entriesOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

/** A value as its setting takes it: `-c allowedOrigins=https://a.example` hands over a text, and means a list of one. */
const listed = (schema: z.core.$ZodType, value: unknown): unknown => {
  if (schema instanceof z.ZodArray && typeof value === 'string') return entriesOf(value);
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  return withTextLists(schema, value as Tree);
};

/** Settings of the command line with a list for each text whose schema is a list. */
export const withTextLists = (schema: z.ZodObject, tree: Tree): Tree =>
  Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      const own = Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
      return [key, own === undefined ? value : listed(inner(own), value)];
    }),
  );
