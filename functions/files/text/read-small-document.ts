import { type FileText, TextError, type TextOptions } from '../../domain/text.ts';
import { sandboxEntry } from '../../sandbox/entry.ts';
import { SandboxEndedError, type SandboxLimits } from '../../sandbox/limits.ts';
import { runInThread } from '../../sandbox/run-in-thread.ts';
import type { DocumentTask } from './read-document.sandbox.ts';
import { type ReadingAnswer, unpackReading } from './reading-answer.ts';

/** A caller waits, and the function has a gigabyte. A document of half a megabyte takes less than a second. */
const LIMITS: SandboxLimits = { wallMs: 15_000, cpuMs: 6000, heapMb: 384, memoryBytes: 256 * 2 ** 20 };

/**
 * Reads a document that needs neither PDFium nor recognition, in a thread that is ended when it exceeds a bound. Throws a
 * `TextError`, `TIME_LIMIT` among them, or `TYPE_NOT_ALLOWED`.
 */
export const readSmallDocument = async (
  bytes: Buffer,
  mimeType: string,
  options: TextOptions,
  limits: Partial<SandboxLimits> = {},
): Promise<FileText> => {
  const input: DocumentTask = { bytes, mimeType, options };
  const entry = sandboxEntry(import.meta.url, 'read-document');
  try {
    return unpackReading(await runInThread<ReadingAnswer>({ entry, input, limits: { ...LIMITS, ...limits } }));
  } catch (error) {
    if (!(error instanceof SandboxEndedError)) throw error;
    throw new TextError('TIME_LIMIT', 'The file takes too long or too much memory to read.', { cause: error });
  }
};
