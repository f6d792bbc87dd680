import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT, readDocument } from './readme.ts';

/** A row of `docs/threats.md`: a case, what comes of it, and the tests that hold it. */
export interface Threat {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Every row of the threat list, heads and rules of its tables left out. */
export const threats = (document = readDocument('docs/threats.md')): readonly Threat[] =>
  document.split('\n').flatMap((text, index) => {
    if (!text.startsWith('|') || text.startsWith('|---') || text === '| case | outcome | test |') return [];
    // A bar inside of a cell is written as \|
    const cells = text.slice(1, text.lastIndexOf('|')).split(/(?<!\\)\|/);
    return [{ line: index + 1, cells: cells.map((cell) => cell.trim().replaceAll('\\|', '|')) }];
  });

/** Titles of tests and of groups: a text that is the first argument of a call, with another one behind it. */
const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])+)\1,\s/g)].map(([, , title = '']) =>
    title.replaceAll(/\\(.)/g, '$1'),
  );

/** Whether a test file has a test of that title, alone or behind the title of its group. */
const hasTest = (path: string, title: string): boolean => {
  const titles = titlesIn(readFileSync(join(PROJECT, path), 'utf8'));
  return titles.some(
    (own) => own === title || (title.endsWith(` ${own}`) && titles.includes(title.slice(0, -own.length - 1))),
  );
};

/** What is wrong with a row, in words; nothing when its tests exist. */
export const faultsOf = ({ line, cells }: Threat): readonly string[] => {
  const [what = '', outcome = '', tests = ''] = cells;
  if (cells.length !== 3 || what === '' || outcome === '') return [`line ${line}: not a case, an outcome and a test`];
  return tests.split('<br>').flatMap((test) => {
    const [, path = '', title = ''] = /^`(test\/[\w./-]+\.test\.ts)`: (.+)$/.exec(test.trim()) ?? [];
    if (path === '') return [`line ${line}: "${test}" is not of the form \`test/x.test.ts\`: title`];
    if (!existsSync(join(PROJECT, path))) return [`line ${line}: there is no ${path}`];
    return hasTest(path, title) ? [] : [`line ${line}: ${path} has no test "${title}"`];
  });
};
