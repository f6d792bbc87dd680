import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { VERIFIABLE_TYPES } from '../../functions/domain/media-types.ts';
import { SettingsSchema } from '../../lib/settings/schema.ts';
import { parseSettings } from '../../lib/settings/settings.ts';
import { fenced, PROJECT, readDocument, section, tourScript } from '../support/checks/readme.ts';

const inDocs = readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' });
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...inDocs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
];

/** GitHub's anchors: lower case, hyphens for spaces, no punctuation. */
const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const linksOf = (markdown: string): readonly string[] =>
  [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** Rows of a table below a heading, without its head. */
const rows = (markdown: string): readonly (readonly string[])[] =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (setting|kind|command) /.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );

const code = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** The keys of a setting that is an object, whatever it is wrapped in. */
const partsOf = (schema: object): readonly string[] => {
  if ('shape' in schema) return Object.keys(schema.shape as object);
  return 'unwrap' in schema ? partsOf((schema.unwrap as () => object)()) : [];
};

describe('the documents', () => {
  it.each(documents)('%s links to what exists', (document) => {
    const broken = linksOf(readDocument(document)).filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : normalize(join(dirname(document), path));
      if (!existsSync(join(PROJECT, target))) return true;
      return anchor !== undefined && !anchorsOf(readDocument(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(documents)('%s names scripts that exist', (document) => {
    const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Record<string, string> };
    const named = [...readDocument(document).matchAll(/npm (?:run ([\w:-]+)|(start|test)\b)/g)];
    const names = named.map(([, run, short]) => run ?? short ?? '');
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(documents)('%s names files that exist', (document) => {
    const roots = /^(bin|lib|functions|layers|local|demo|bench|test|docs|\.ci|\.github)\/[\w./-]*\w\/?$/;
    const named = code(readDocument(document).replaceAll(/^```[\s\S]*?^```$/gm, '')).filter((text) => roots.test(text));
    expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('links to every page, decision and document of docs/', () => {
    const linked = new Set(linksOf(readDocument('docs/README.md')).map((link) => link.split('#')[0]));
    const pages = inDocs.filter((name) => /\.(md|json)$/.test(name) && name !== 'README.md');
    expect(pages.length).toBeGreaterThan(50);
    expect(pages.filter((page) => !linked.has(page))).toEqual([]);
  });
});

describe('the README', () => {
  it('has at most 150 lines', () => expect(readDocument('README.md').split('\n').length).toBeLessThanOrEqual(150));
});

describe('the glossary', () => {
  it('names types where they are', () => {
    const named = [...readDocument('docs/glossary.md').matchAll(/`(\w+)` in `([\w./-]+)`/g)];
    expect(named.length).toBeGreaterThan(15);
    const wrong = named.filter(
      ([, type = '', file = '']) => !new RegExp(`export (?:interface|type) ${type}\\b`).test(readDocument(file)),
    );
    expect(wrong.map(([text]) => text)).toEqual([]);
  });
});

describe('the settings in docs/settings.md', () => {
  const settings = rows(readDocument('docs/settings.md'));
  const keys = settings.filter(([name]) => name?.startsWith('`'));

  it('are all settings that there are', () => {
    const known = Object.entries(SettingsSchema.shape).flatMap(([key, schema]) => {
      const parts = partsOf(schema);
      return parts.length === 0 ? key : parts.map((part) => `${key}.${part}`);
    });
    expect(keys.flatMap(([name]) => code(name)).toSorted()).toEqual(known.toSorted());
  });

  it('have the defaults that they have', () => {
    const defaults = parseSettings({});
    for (const [name, value] of keys) {
      const [key = ''] = code(name);
      const [written] = code(value);
      if (written !== undefined) {
        expect({ key, ...parseSettings({}, { [key]: written }) }).toEqual({ key, ...defaults });
        continue;
      }
      const withoutDefault = (defaults as Record<string, unknown>)[key.split('.')[0] ?? ''] === undefined;
      expect([key, value]).toEqual([key, withoutDefault ? 'none' : 'all [verifiable types](files.md#types) but HTML']);
    }
  });

  it('offer every type that can be verified, by kind', () => {
    const kinds = ['image', 'document', 'video', 'audio'];
    const table = rows(section(readDocument('docs/files.md'), 'Types'));
    const written = table.filter(([kind = '']) => kinds.includes(kind)).map(([kind, types]) => [kind, code(types)]);
    const known = kinds.map((kind) => [
      kind,
      VERIFIABLE_TYPES.filter((type) => type.kind === kind).map(({ mime }) => mime),
    ]);
    expect(written).toEqual(known);
  });
});

describe('the tour in the README', () => {
  it('can be pasted as a whole: every command of it is in a block of shell', () => {
    const tour = section(readDocument('README.md'), 'A tour with curl');
    expect(fenced(tour, 'sh').length).toBeGreaterThan(4);
    expect(fenced(tour, '')).toEqual([]);
    for (const part of ['api/v1/uploads', '-T "$PHOTO"', 'renditions.', '-X PATCH', '-X DELETE']) {
      expect(tourScript()).toContain(part);
    }
  });
});
