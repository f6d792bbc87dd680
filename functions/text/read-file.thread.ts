/**
 * A thread that reads the text of one file and ends. It has no environment but the search path of packages, so no
 * credentials; all that it knows is the file.
 */
import { readFile as readFromDisk } from 'node:fs/promises';
import { Module } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { MediaError } from '../domain/errors.ts';
import { type FileText, TextError, type TextFault } from '../domain/text.ts';
import { type ReadFileInput, readFile } from './read-file.ts';

export type ThreadInput = Omit<ReadFileInput, 'pdfium'> & { readonly pdfiumFile: string };

/** What a thread says at its end. */
export type ThreadAnswer =
  | { readonly kind: 'text'; readonly text: FileText }
  | { readonly kind: 'refused'; readonly code: TextFault | 'TYPE_NOT_ALLOWED'; readonly message: string };

const input = workerData as ThreadInput;
// Packages of a layer are found by NODE_PATH, which a thread reads only when it is told to.
(Module as unknown as { _initPaths(): void })._initPaths();

const pdfium = async (): Promise<ArrayBuffer> => new Uint8Array(await readFromDisk(input.pdfiumFile)).buffer;

const refusal = (error: unknown): ThreadAnswer => {
  if (error instanceof TextError) return { kind: 'refused', code: error.code, message: error.message };
  if (error instanceof MediaError && error.code === 'TYPE_NOT_ALLOWED') {
    return { kind: 'refused', code: error.code, message: error.message };
  }
  throw error;
};

const answer: ThreadAnswer = await readFile({ ...input, pdfium }).then(
  (text): ThreadAnswer => ({ kind: 'text', text }),
  refusal,
);
parentPort?.postMessage(answer);
