import { readFile } from 'node:fs/promises';
import type { TextPage } from '../../domain/text.ts';

/** Where a process writes the pages that it has read of a file, beside that file. */
export const pagesBeside = (path: string): string => `${path}.pages`;

const LOOK_MILLISECONDS = 2000;

/**
 * Polls the pages that a process has written, and reports new ones. It only serves waiting callers: its errors do not affect
 * the reading. Answers how to stop it.
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
