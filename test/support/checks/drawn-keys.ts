import { readFileSync } from 'node:fs';

/** A row of the key drawing: its words, a partition key and a sort key, in which `<...>` stands for any text. */
const ROW = /^ \* {5}(?=\S)(.{24}) (\S+) +(\S.*)$/gm;

const patternOf = (drawn: string): RegExp => new RegExp(`^(?:${drawn.split(' or ').map(escaped).join('|')})$`, 's');
const escaped = (text: string): string =>
  text.replace(/<[^>]*>|[^<]+/g, (part) => (part.startsWith('<') ? '.*' : part.replace(/[\^$.*+?()[\]{}|]/g, '\\$&')));

const ROWS = [...readFileSync('functions/table/keys.ts', 'utf8').matchAll(ROW)].map(([, , pk = '', sk = '']) => ({
  pk: patternOf(pk),
  sk: patternOf(sk),
}));

/** Items of the table whose keys are not in the drawing. */
export const undrawn = (items: readonly { readonly pk?: unknown; readonly sk?: unknown }[]): string[] =>
  items
    .filter((item) => !ROWS.some(({ pk, sk }) => pk.test(String(item.pk)) && sk.test(String(item.sk))))
    .map(({ pk, sk }) => `no key is drawn like ${pk} ${sk}`);

/** The number of kinds of items in the drawing. */
export const DRAWN_ROWS = ROWS.length;
