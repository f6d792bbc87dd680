import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MOST_LEFT_VERSIONS } from '../../functions/domain/media-file.ts';
import { MOST_TAGS_OF_RECORD, MOST_TAGS_OF_TEAM } from '../../functions/domain/tag.ts';
import { MOST_TERMS } from '../../functions/domain/terms.ts';
import { SettingsSchema } from '../../lib/settings/schema.ts';
import { PROJECT, readDocument } from '../support/checks/readme.ts';

const document = readDocument('docs/limits.md');
const rows = document
  .split('\n')
  .filter((line) => /^\| (?!what \|)/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const boundOf = (what: string): string => rows.find(([name]) => name === what)?.[1] ?? '';

/** The values of all settings by their path, as they are by default. */
const settings = new Set(
  Object.entries(SettingsSchema.parse({})).flatMap(([name, value]) => [
    name,
    ...(typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${name}.${inner}`) : []),
  ]),
);

describe('the list of limits', () => {
  it('says of each what bounds it, for whom, and where', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) expect([row, row.length, row.includes('')]).toEqual([row, 4, false]);
  });

  it('names settings and files that exist', () => {
    const files = rows.flatMap(([, , , where = '']) => where.match(/(?:functions|lib)\/[\w./-]+\.ts/g) ?? []);
    expect(files.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
    const named = rows.flatMap(([, bound = '']) => [...bound.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name));
    expect(named.filter((name) => !settings.has(name))).toEqual([]);
  });

  it('has the numbers of the code', () => {
    expect(boundOf('search terms')).toBe(String(MOST_TERMS));
    expect(boundOf('tags on a record')).toBe(String(MOST_TAGS_OF_RECORD));
    expect(boundOf('tags').replace(',', '')).toBe(String(MOST_TAGS_OF_TEAM));
    expect(boundOf('versions of its file that a record keeps')).toContain(String(MOST_LEFT_VERSIONS));
  });
});
