import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { FileMetadata } from '../../domain/file-metadata.ts';
import { HASHED_BYTES } from '../../domain/parts.ts';
import { storedSource, withFileSource } from '../../shared/byte-source.ts';
import type { FileStore } from '../file-store.ts';
import { metadataReader } from '../metadata/metadata-reader.ts';
import { type Pictures, picturesHere } from '../pictures/pictures.ts';
import { checkDocument } from './check-document.ts';
import type { ObjectToExamine } from './examination-order.ts';
import type { ProcessingOutcome } from './outcome.ts';
import { type Declared, processFile } from './process-file.ts';
import { type ProcessLargeInput, processLarge } from './process-large.ts';

/** The outcome of a file, and its embedded metadata. */
export interface Examined {
  readonly outcome: ProcessingOutcome;
  /** Undefined for a file that was refused, and where it cannot be read. */
  readonly metadata: FileMetadata | undefined;
}

/** Examines a file on disk: verifies it, draws its renditions, and reads its metadata. */
export type ExamineFile = (path: string, declared: Declared) => Promise<Examined>;

/** The same for an object of the bucket. Undefined when it is gone. */
export type ExamineStored = (object: ObjectToExamine, declared: Declared) => Promise<Examined | undefined>;

/** A file to examine, on disk or in the bucket. */
export interface FileToExamine extends Pick<ProcessLargeInput, 'source' | 'declared'> {
  /** The bytes, read once; absent for a file that is too large to be read to its end. */
  readonly body?: Readable;
  /** S3's checksum of the content; only for a file that is not read whole. */
  readonly checksum?: ProcessLargeInput['checksum'];
}

/** Where pictures are decoded and documents checked. */
export interface Examiners {
  readonly pictures: Pictures;
  readonly documents: typeof checkDocument;
}

/** In this process, for one that can itself be terminated. */
const HERE: Examiners = { pictures: picturesHere, documents: checkDocument };

/** Examines files by these examiners. */
export const examineWith = ({ pictures, documents }: Examiners) => {
  const read = metadataReader(pictures);
  return async ({ body, source, declared, checksum }: FileToExamine): Promise<Examined> => {
    const processed = await (body
      ? processFile({ body, source, declared, pictures, documents })
      : processLarge({ source, declared, checksum }));
    if (processed.outcome !== 'ok') return { outcome: processed, metadata: undefined };
    const { whole = source, metadata, ...outcome } = processed;
    return { outcome, metadata: metadata ?? (await read(whole, declared.mimeType).catch(() => undefined)) };
  };
};

type Examine = ReturnType<typeof examineWith>;

/** Examines objects of the bucket. */
export const examineStored =
  (files: Pick<FileStore, 'read' | 'readRange'>, examine: Examine = examineWith(HERE)): ExamineStored =>
  async ({ key, size, checksum }, declared) => {
    const source = storedSource(files, key, size);
    if (size > HASHED_BYTES) return examine({ source, declared, checksum });
    const body = await files.read(key);
    if (!body) return undefined;
    try {
      return await examine({ body, source, declared });
    } finally {
      body.destroy();
    }
  };

/** Examines a file on disk in this process. */
export const examineFile: ExamineFile = (path, declared) =>
  withFileSource(path, (source) => examineWith(HERE)({ body: createReadStream(path), source, declared }));
