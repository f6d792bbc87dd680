import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './readme.ts';

/** Titles of tests and of groups: a text that is the first argument of a call, with another one behind it. */
const titlesIn = (source: string): readonly string[] =>
  [...source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1)[^\\\n])+)\1,\s/g)].map(([, , title = '']) =>
    title.replaceAll(/\\(.)/g, '$1'),
  );

/** Whether a test file has a test of that title, alone or after the title of its group. */
const hasTest = (path: string, title: string): boolean => {
  const titles = titlesIn(readFileSync(join(PROJECT, path), 'utf8'));
  return titles.some(
    (own) => own === title || (title.endsWith(` ${own}`) && titles.includes(title.slice(0, -own.length - 1))),
  );
};

/** The fault of a test's name: a missing file, or a title that no test of it has. */
export const faultOfTest = (path: string, title: string): string | undefined => {
  if (!existsSync(join(PROJECT, path))) return `there is no ${path}`;
  return hasTest(path, title) ? undefined : `${path} has no test "${title}"`;
};
