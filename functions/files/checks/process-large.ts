import { kindOf } from '../../domain/media.ts';
import type { StoredObject } from '../../domain/ports.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { cachedSource, ReadLimitError } from '../../shared/cached-source.ts';
import { checkContainer, openWalk } from './check-container.ts';
import { explained } from './explain-mismatch.ts';
import { faultOfFile } from './fault-of-file.ts';
import { type ProcessingOutcome, type Refusal, rejected, unsupported } from './outcome.ts';
import { type Declared, KEEP, processOther, sizeMismatch } from './process-file.ts';
import { walkSource } from './walk-source.ts';

export interface ProcessLargeInput {
  readonly source: ByteSource;
  readonly declared: Declared;
  /** S3's checksum of the content. */
  readonly checksum: StoredObject['checksum'];
}

/** Reads the needed ranges of a file that is too large to be read whole. */
const MOST_READ = 2 * 1024 ** 3;
const BLOCK = 64 * 1024;

/**
 * Verifies a sound or film that is too large to be read to its end: its container is walked through, from header to header,
 * and its checksum is the one that S3 has. Throws only what `source` throws, and errors of the machine.
 */
export const processLarge = async ({ source, declared, checksum }: ProcessLargeInput): Promise<ProcessingOutcome> => {
  const { mimeType, size } = declared;
  if (source.size !== size) return sizeMismatch(declared);
  const kind = kindOf(mimeType);
  if (!checksum || (kind !== 'audio' && kind !== 'video')) return unsupported(mimeType);
  return faultOfFile({ source, mimeType }, async (watched) => {
    const refusal = await walkThrough(watched, mimeType, KEEP[kind]);
    if (refusal) return refusal;
    const outcome = await processOther({ checksum: checksum.value, size }, mimeType, watched);
    if (outcome.outcome !== 'ok') return outcome;
    return { ...outcome, facts: { ...outcome.facts, checksumAlgorithm: checksum.algorithm } };
  });
};

const walkThrough = async (source: ByteSource, mimeType: string, keep: number): Promise<Refusal | undefined> => {
  try {
    const cached = cachedSource(source, { blockSize: BLOCK, most: MOST_READ });
    const head = Buffer.from(await cached.read(0, keep));
    const verdict = await walkSource(openWalk(mimeType, source.size), cached);
    const check = await checkContainer(head, mimeType, { end: () => verdict });
    return check.outcome === 'ok' ? undefined : await explained(check, head, mimeType);
  } catch (error) {
    if (!(error instanceof ReadLimitError)) throw error;
    return rejected('UNSUPPORTED', 'The file has too many pieces to be verified at its size.');
  }
};
