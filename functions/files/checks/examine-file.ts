import { createReadStream } from 'node:fs';
import type { FileMetadata } from '../../domain/file-metadata.ts';
import { withFileSource } from '../../shared/byte-source.ts';
import { metadataReader } from '../metadata/metadata-reader.ts';
import type { readMetadata } from '../metadata/read-metadata.ts';
import { type Pictures, picturesHere } from '../pictures/pictures.ts';
import { checkDocument } from './check-document.ts';
import type { ProcessingOutcome } from './outcome.ts';
import { type Declared, processFile } from './process-file.ts';

/** What a file on disk turned out to be, and what it says of itself. */
export interface Examined {
  readonly outcome: ProcessingOutcome;
  /** Undefined for a file that was refused, and where it cannot be read. */
  readonly metadata: FileMetadata | undefined;
}

/** Looks into a file on disk: verifies it, draws what the library shows of it, and reads what it says of itself. */
export type ExamineFile = (path: string, declared: Declared) => Promise<Examined>;

/** Examines files with pictures decoded where `pictures` does it, and documents checked where `documents` does. */
export const examineWith =
  (
    pictures: Pictures,
    read: typeof readMetadata = metadataReader(pictures),
    documents: typeof checkDocument = checkDocument,
  ): ExamineFile =>
  (path, declared) =>
    withFileSource(path, async (source) => {
      const processed = await processFile({ body: createReadStream(path), source, declared, pictures, documents });
      if (processed.outcome !== 'ok') return { outcome: processed, metadata: undefined };
      const { whole = source, metadata, ...outcome } = processed;
      return { outcome, metadata: metadata ?? (await read(whole, declared.mimeType).catch(() => undefined)) };
    });

/** Examines a file in this process. */
export const examineFile: ExamineFile = examineWith(picturesHere);
