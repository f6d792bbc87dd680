import { Readable } from 'node:stream';
import type { FileMetadata } from '../../domain/file-metadata.ts';
import type { FileText, TextOptions } from '../../domain/text.ts';
import { type ByteSource, bufferSource, storedSource } from '../../shared/byte-source.ts';
import type { FileStore } from '../file-store.ts';
import { type ReadingAnswer, wordReading } from '../text/reading-answer.ts';
import type { ExaminationOrder, ExaminedAnswer } from './examination-order.ts';
import type { Examined, ExamineStored, examineWith } from './examine-file.ts';

export interface TakeExaminationsDeps {
  readonly files: Pick<FileStore, 'readRange'>;
  readonly examine: ReturnType<typeof examineWith>;
  readonly examineStored: ExamineStored;
  readonly readMetadata: (source: ByteSource, mimeType: string) => Promise<FileMetadata>;
  readonly readDocument: (bytes: Buffer, mimeType: string, options: TextOptions) => Promise<FileText>;
}

/**
 * Does an ordered examination of a file. It decides nothing: permission and quota were checked before. A fault of a file is an
 * answer, not an error.
 */
export const takeExaminations =
  ({ files, examine, examineStored, readMetadata, readDocument }: TakeExaminationsDeps) =>
  async (order: ExaminationOrder): Promise<ExaminedAnswer | FileMetadata | ReadingAnswer> => {
    switch (order.task) {
      case 'examineBytes': {
        const bytes = Buffer.from(order.bytes, 'base64');
        const file = { body: Readable.from([bytes]), source: bufferSource(bytes), declared: order.declared };
        return carried(await examine(file));
      }
      case 'examineStored': {
        const examined = await examineStored(order.object, order.declared);
        return examined ? carried(examined) : null;
      }
      case 'readMetadata':
        return readMetadata(storedSource(files, order.object.key, order.object.size), order.mimeType);
      case 'readText': {
        const { key, size } = order.object;
        const bytes = await storedSource(files, key, size).read(0, size);
        return wordReading(readDocument(Buffer.from(bytes), order.mimeType, order.options));
      }
    }
  };

/** In the form that JSON allows. */
const carried = ({ outcome, metadata }: Examined): NonNullable<ExaminedAnswer> => {
  if (outcome.outcome !== 'ok') return { outcome, metadata: null };
  const { renditions, large, facts } = outcome;
  const { warnings, ...others } = facts;
  return {
    outcome: {
      outcome: 'ok',
      facts: { ...others, ...(warnings ? { warnings: [...warnings] } : {}) },
      renditions: renditions.map((each) => ({ ...each, bytes: Buffer.from(each.bytes).toString('base64') })),
      large,
    },
    metadata: metadata ?? null,
  };
};
