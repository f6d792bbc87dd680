import { readFile } from 'node:fs/promises';
import type { TextPage } from '../../domain/text.ts';

/** Where a process notes the pages that it has read of a file, beside that file. */
export const pagesBeside = (path: string): string => `${path}.pages`;

const LOOK_MILLISECONDS = 2000;

/**
 * Looks now and then which pages a process has noted, and tells of more than before. It is a favour to a caller who waits:
 * what goes wrong with it is nothing to the reading. Answers how to end it.
 */
export const watchPages = (
  path: string,
  tell: (pages: readonly TextPage[]) => Promise<void>,
  everyMilliseconds = LOOK_MILLISECONDS,
): (() => Promise<void>) => {
  let known = 0;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const pages = JSON.parse(await readFile(pagesBeside(path), 'utf8')) as readonly TextPage[];
    if (pages.length === known) return;
    known = pages.length;
    await tell(pages);
  };
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined);
  }, everyMilliseconds);
  return () => {
    clearInterval(timer);
    return looking;
  };
};
