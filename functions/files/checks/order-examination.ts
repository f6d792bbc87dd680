import { bareMetadata, type FileMetadata } from '../../domain/file-metadata.ts';
import type { FileText, TextOptions } from '../../domain/text.ts';
import { askUnlessBusy, type Invoke } from '../../shared/invoke.ts';
import { logError } from '../../shared/log.ts';
import { unpackReading } from '../text/reading-answer.ts';
import {
  type ExaminationOrder,
  ExaminedAnswer,
  MetadataAnswer,
  type ObjectToRead,
  TextAnswer,
} from './examination-order.ts';
import type { Examined, ExamineStored } from './examine-file.ts';
import type { Declared } from './process-file.ts';

/** The examinations that `examine-file` does for functions that decide. All of them throw `BUSY` when it is throttled. */
export interface Examination {
  /** Examines bytes that fit into one invocation. */
  examineBytes(bytes: Uint8Array, declared: Declared): Promise<Examined>;
  examineStored: ExamineStored;
  readMetadata(object: ObjectToRead, mimeType: string): Promise<FileMetadata>;
  /** Reads a small document. Throws a `TextError`, or `TYPE_NOT_ALLOWED`. */
  readText(object: ObjectToRead, mimeType: string, options: TextOptions): Promise<FileText>;
}

/** Invokes `examine-file` for files: it decodes, and has neither the table nor a secret. */
export const orderExamination = (invoke: Pick<Invoke, 'ask'>): Examination => {
  const ask = (order: ExaminationOrder) =>
    askUnlessBusy(invoke, order, 'Too many files are being looked into, try again in a moment');
  return {
    examineBytes: async (bytes, declared) => {
      const carried = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      const examined = examinedIn(await ask({ task: 'examineBytes', bytes: carried, declared }), declared);
      if (!examined) throw new Error('bytes that were sent are not gone');
      return examined;
    },
    examineStored: async (object, declared) =>
      examinedIn(await ask({ task: 'examineStored', object, declared }), declared),
    readMetadata: async (object, mimeType) =>
      metadataIn(await ask({ task: 'readMetadata', object, mimeType })) ?? bareMetadata(mimeType),
    readText: async (object, mimeType, options) =>
      unpackReading(TextAnswer.parse(await ask({ task: 'readText', object, mimeType, options }))),
  };
};

/** Invalid metadata is dropped: no file is refused for its metadata. */
const metadataIn = (answer: unknown): FileMetadata | undefined => {
  const metadata = MetadataAnswer.safeParse(answer);
  if (metadata.success) return metadata.data;
  logError({ metadata: metadata.error.issues.map(({ path }) => path.join('.')) });
  return undefined;
};

const examinedIn = (given: unknown, declared: Declared): Examined | undefined => {
  const answer = ExaminedAnswer.parse(given);
  if (!answer) return undefined;
  const { outcome } = answer;
  if (outcome.outcome !== 'ok') return { outcome, metadata: undefined };
  expectDeclared(outcome.facts, declared);
  const renditions = outcome.renditions.map((each) => ({ ...each, bytes: Buffer.from(each.bytes, 'base64') }));
  return {
    outcome: { ...outcome, renditions },
    metadata: answer.metadata === null ? undefined : metadataIn(answer.metadata),
  };
};

type Facts = Extract<NonNullable<ExaminedAnswer>['outcome'], { outcome: 'ok' }>['facts'];

/** Facts that the caller knows already are not taken from another function. */
const expectDeclared = ({ size, checksum, checksumAlgorithm }: Facts, declared: Declared): void => {
  const isOther = declared.sha256 && checksumAlgorithm === undefined && checksum !== declared.sha256;
  if (size !== declared.size || isOther) throw new Error('another file was examined than the one that was sent');
};
