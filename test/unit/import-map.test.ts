import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Use cases, with the stores that they alone use. One may build on another; files of them form no circle. */
const CAPABILITIES = [
  ...['accounts', 'teams', 'tags', 'media', 'uploads', 'search', 'text'],
  ...['realtime', 'webhooks', 'usage', 'lifecycle', 'collections', 'sharing', 'edge', 'bulk', 'mail'],
];
const BELOW_CAPABILITIES = ['domain', 'shared', 'table', 'sandbox', 'files', 'library', 'http'];
const DIALECTS = ['v1', 'tokens', 'files', 'admin', 'base', 'uppy'].map((name) => `dialects/${name}`);
const BELOW_DIALECTS = ['dialects/common', ...CAPABILITIES, ...BELOW_CAPABILITIES];

/** From which rooms each may take: the arrows of docs/architecture.md. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  shared: ['domain'],
  table: ['domain'],
  sandbox: ['shared'],
  files: ['domain', 'sandbox', 'shared'],
  library: ['domain', 'table'],
  http: ['domain', 'shared', 'table'],
  ...Object.fromEntries(CAPABILITIES.map((name) => [name, [...CAPABILITIES, ...BELOW_CAPABILITIES]])),
  'dialects/common': [...CAPABILITIES, ...BELOW_CAPABILITIES],
  ...Object.fromEntries(DIALECTS.map((name) => [name, BELOW_DIALECTS])),
  dialects: [...DIALECTS, ...BELOW_DIALECTS],
  openapi: ['dialects', ...DIALECTS, ...BELOW_DIALECTS],
  web: ['dialects/v1', 'domain'],
  gateway: ['domain', 'shared', 'http'],
};
/** Capabilities that are entries in part: they serve connections, count calls, or read forms. All others know no HTTP. */
const KNOW_HTTP = ['accounts', 'media', 'realtime', 'uploads'];

const SOURCES = readdirSync('functions', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `functions/${name}`);
const known = new Set(SOURCES);
const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/['"](\.{1,2}\/[^'"\n]*\.ts)['"]/g)]
    .map(([, path = '']) => normalize(join(dirname(file), path)))
    .filter((path) => known.has(path));
const roomOf = (file: string): string => {
  const [, room = '', dialect = '', name] = file.split('/');
  return room === 'dialects' && name !== undefined ? `dialects/${dialect}` : room;
};
/** Compositions take from everywhere, and none takes from them. */
const isComposition = (file: string): boolean =>
  /\.(?:lambda|server)\.ts$/.test(file) || file.startsWith('functions/entries/');

const circleFrom = (start: string): readonly string[] | undefined => {
  const path: string[] = [];
  const seen = new Set<string>();
  const walk = (file: string): boolean => {
    path.push(file);
    for (const next of importsOf(file)) {
      if (next === start) return true;
      if (!seen.has(next)) {
        seen.add(next);
        if (walk(next)) return true;
      }
    }
    path.pop();
    return false;
  };
  return walk(start) ? path : undefined;
};

describe('imports of functions/', () => {
  it('are found', () => {
    expect(SOURCES.length).toBeGreaterThan(400);
    expect(importsOf('functions/http/serve.ts')).toContain('functions/domain/errors.ts');
  });

  it.each(Object.keys(ARROWS))('of %s follow the arrows of the map', (room) => {
    const files = SOURCES.filter((file) => roomOf(file) === room && !isComposition(file));
    expect(files.length).toBeGreaterThan(0);
    const allowed = new Set([room, ...(ARROWS[room] ?? [])]);
    if (CAPABILITIES.includes(room) && !KNOW_HTTP.includes(room)) allowed.delete('http');
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !allowed.has(roomOf(target)) || isComposition(target))
        .map((target) => `${file} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('of the dashboard lead to the client, and nowhere else', () => {
    const files = readdirSync('web', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
    expect(files.length).toBeGreaterThan(80);
    const foreign = files.flatMap((file) =>
      [...readFileSync(`web/${file}`, 'utf8').matchAll(/['"](\.{1,2}\/[^'"\n]*)['"]/g)]
        .map(([, path = '']) => normalize(join('web', dirname(file), path)))
        .filter((path) => !/^(?:web|client)\//.test(path))
        .map((path) => `${file} -> ${path}`),
    );
    expect(foreign).toEqual([]);
  });

  it('leave no room out of the map', () => {
    const rooms = new Set(SOURCES.filter((file) => !isComposition(file)).map(roomOf));
    expect([...rooms].toSorted()).toEqual(Object.keys(ARROWS).toSorted());
  });

  it('form no circle of files, of values or of types', () => {
    const circles = SOURCES.map((file) => circleFrom(file)).filter((circle) => circle !== undefined);
    expect(circles[0] ?? []).toEqual([]);
  });
});
