/** A process that reads the text of files. It has no credentials; all that it knows is the file. */
import { readFile as readFromDisk } from 'node:fs/promises';
import { answerInProcess } from '../sandbox/in-process.ts';
import { capMemory } from '../sandbox/memory-cap.ts';
import { type ReadFileInput, readFile } from './read-file.ts';
import { wordReading } from './reading-answer.ts';

/** What is to be read, and how. */
export type ReadingTask = Omit<ReadFileInput, 'pdfium' | 'bytes'> & {
  /** Where the file lies. */
  readonly path: string;
  readonly pdfiumFile: string;
};

/** What PDFium and the decoder of HEIC may grow to. */
const MOST_MEMORY = 640 * 2 ** 20;

capMemory(MOST_MEMORY);
answerInProcess(async ({ path, pdfiumFile, ...input }: ReadingTask) => {
  const pdfium = async (): Promise<ArrayBuffer> => new Uint8Array(await readFromDisk(pdfiumFile)).buffer;
  return wordReading(readFile({ ...input, bytes: await readFromDisk(path), pdfium }));
});
