import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The project's folder. */
export const PROJECT = join(import.meta.dirname, '..', '..', '..');

/** A document of the project. */
export const readDocument = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** The text below a heading of the second level, up to the next one. Throws when there is none. */
export const section = (markdown: string, heading: string): string => {
  const text = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`There is no heading "## ${heading}"`);
  return text;
};

/** The fenced blocks of a language. */
export const fenced = (markdown: string, language: string): readonly string[] =>
  [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, tag, code = '']) =>
    tag === language ? [code] : [],
  );

/** Pages with commands that continue in the shell of the tour. */
const TRIED_PAGES = ['docs/uploads.md', 'docs/apis.md', 'docs/files.md', 'docs/realtime.md'];

/** The commands of the README's tour and of the pages behind it, in order, as a reader pastes them. */
export const tourScript = (): string =>
  [
    section(readDocument('README.md'), 'A tour with curl'),
    ...TRIED_PAGES.map((page) => section(readDocument(page), 'Try it')),
  ]
    .flatMap((text) => fenced(text, 'sh'))
    .join('\n');
