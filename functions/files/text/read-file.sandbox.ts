/** A process that reads the text of files. It has no credentials, and only knows the file. */
import { renameSync, writeFileSync } from 'node:fs';
import { readFile as readFromDisk } from 'node:fs/promises';
import type { TextPage } from '../../domain/text.ts';
import { answerInProcess } from '../../sandbox/in-process.ts';
import { capMemory } from '../../sandbox/memory-cap.ts';
import { pagesBeside } from './pages-so-far.ts';
import { readFile } from './read-file.ts';
import type { ReadFileInput } from './read-file-input.ts';
import { wordReading } from './reading-answer.ts';

/** The file to read, and the options. */
export type ReadingTask = Omit<ReadFileInput, 'pdfium' | 'bytes' | 'onPages'> & {
  /** The location of the file. */
  readonly path: string;
  readonly pdfiumFile: string;
};

/** The memory limit of PDFium and the decoder of HEIC. */
const MOST_MEMORY = 640 * 2 ** 20;

/** Writes the text so far for the waiting reader, in one step: half of it would be no JSON. */
const notePages =
  (path: string) =>
  (pages: readonly TextPage[]): void => {
    writeFileSync(`${path}.new`, JSON.stringify(pages));
    renameSync(`${path}.new`, path);
  };

capMemory(MOST_MEMORY);
answerInProcess(async ({ path, pdfiumFile, ...input }: ReadingTask) => {
  const pdfium = async (): Promise<ArrayBuffer> => new Uint8Array(await readFromDisk(pdfiumFile)).buffer;
  const onPages = notePages(pagesBeside(path));
  return wordReading(readFile({ ...input, bytes: await readFromDisk(path), pdfium, onPages }));
});
