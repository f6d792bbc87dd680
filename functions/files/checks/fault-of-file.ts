import { kindOf, type MediaKind } from '../../domain/media.ts';
import { type ByteSource, MisreadError } from '../../shared/byte-source.ts';
import { logFailure } from '../../shared/log.ts';
import { damaged, type ProcessingOutcome } from './outcome.ts';

const NAMES: Readonly<Record<MediaKind, Parameters<typeof damaged>[0]>> = {
  image: 'picture',
  document: 'document',
  audio: 'sound',
  video: 'film',
};

/** Errors of system calls, as of a full disk. */
const isOfMachine = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/**
 * Examines a file so that no file is examined for ever: an exception that neither its storage nor this machine caused refuses
 * the file, since a retry would only meet it again. Throws the errors of `source`, for which the file is examined once more.
 */
export const faultOfFile = async (
  { source, mimeType }: { readonly source: ByteSource; readonly mimeType: string },
  examine: (source: ByteSource) => Promise<ProcessingOutcome>,
): Promise<ProcessingOutcome> => {
  const faults: unknown[] = [];
  const read: ByteSource['read'] = async (start, length) => {
    try {
      return await source.read(start, length);
    } catch (error) {
      if (!(error instanceof MisreadError)) faults.push(error);
      throw error;
    }
  };
  try {
    return await examine({ size: source.size, read });
  } catch (error) {
    if (faults.length > 0) throw faults[0];
    if (isOfMachine(error)) throw error;
    logFailure({ unexamined: mimeType }, error);
    return damaged(NAMES[kindOf(mimeType)]);
  }
};
