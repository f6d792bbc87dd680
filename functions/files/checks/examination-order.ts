/**
 * The messages between functions that decide and `examine-file`, which decodes.
 *
 * Import rule: no decoder, since functions with access to the table import this.
 */
import * as z from 'zod/mini';
import { RENDITION_NAMES, STORED_CHECKSUMS, WARNINGS } from '../../domain/media.ts';
import type { StoredObject } from '../../domain/ports.ts';
import { TEXT_FAULTS, type TextOptions } from '../../domain/text.ts';
import { REFUSAL_CODES } from '../../domain/upload.ts';
import { FileMetadataSchema } from '../metadata/metadata-schema.ts';
import type { Declared } from './process-file.ts';

/** An object of the bucket whose bytes are meant. */
export type ObjectToRead = Pick<StoredObject, 'key' | 'size'>;
/** A file that is verified as well: S3 has the checksum of a file that is too large to be read to its end. */
export type ObjectToExamine = Pick<StoredObject, 'key' | 'size' | 'checksum'>;

/** Bytes that one invocation carries: Lambda takes 6 MB of JSON, in which they are base64, a third longer. */
export const MOST_CARRIED = 4.25 * 2 ** 20;

/** An order to examine one file. The sender has decided that its bytes may be read. */
export type ExaminationOrder =
  /** Bytes of a form, base64. */
  | { readonly task: 'examineBytes'; readonly bytes: string; readonly declared: Declared }
  | { readonly task: 'examineStored'; readonly object: ObjectToExamine; readonly declared: Declared }
  | { readonly task: 'readMetadata'; readonly object: ObjectToRead; readonly mimeType: string }
  | {
      readonly task: 'readText';
      readonly object: ObjectToRead;
      readonly mimeType: string;
      readonly options: TextOptions;
    };

// Answers are parsed by these schemas: a file may have compromised the function that answers.

const count = z.int().check(z.nonnegative());
/** A sentence of ours: bytes of a file have no place in it. */
const message = z.string().check(z.maxLength(300), z.regex(/^[^\p{C}\u2028\u2029]*$/u));
const pixels = { width: count, height: count };

/** A rendition is 480 pixels wide and high at most; without any compression it has less than this. */
const MOST_OF_RENDITION = 4 * 2 ** 20;

const Outcome = z.union([
  z.strictObject({
    outcome: z.literal('ok'),
    facts: z.strictObject({
      checksum: z.string().check(z.maxLength(100)),
      checksumAlgorithm: z.optional(z.enum(STORED_CHECKSUMS)),
      size: count,
      width: z.nullable(count),
      height: z.nullable(count),
      orientation: z.nullable(count),
      frames: z.nullable(count),
      thumbhash: z.nullable(z.string().check(z.maxLength(100))),
      dominantColor: z.nullable(z.string().check(z.regex(/^#[0-9a-f]{6}$/))),
      duration: z.nullable(z.number()),
      warnings: z.optional(z.array(z.enum(WARNINGS))),
    }),
    renditions: z
      .array(
        z.strictObject({
          ...pixels,
          name: z.enum(RENDITION_NAMES),
          bytes: z.string().check(z.maxLength(MOST_OF_RENDITION)),
        }),
      )
      .check(z.maxLength(RENDITION_NAMES.length)),
    large: z.nullable(z.strictObject(pixels)),
  }),
  z.strictObject({ outcome: z.enum(['rejected', 'failed']), code: z.enum(REFUSAL_CODES), message }),
]);

/**
 * The outcome of a file, its renditions as base64; metadata has a separate schema, which may fail alone. Null when the file is
 * gone.
 */
export const ExaminedAnswer = z.nullable(z.strictObject({ outcome: Outcome, metadata: z.unknown() }));
export type ExaminedAnswer = z.infer<typeof ExaminedAnswer>;

/** Texts in metadata are cut where they are read, to far less in all. */
const MOST_OF_METADATA = 128 * 1024;

/** The embedded metadata of a file. */
export const MetadataAnswer = FileMetadataSchema.check(
  z.refine((metadata) => JSON.stringify(metadata).length <= MOST_OF_METADATA),
);

/** The text of a document, or why it has none. */
export const TextAnswer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.strictObject({
      pages: z.array(
        z.strictObject({
          number: count,
          name: z.nullable(z.string()),
          text: z.string(),
          source: z.enum(['file', 'ocr']),
          confidence: z.nullable(z.number()),
        }),
      ),
      pageCount: count,
      truncated: z.boolean(),
      language: z.nullable(z.string().check(z.maxLength(10))),
    }),
  }),
  z.strictObject({ kind: z.literal('refused'), code: z.enum([...TEXT_FAULTS, 'TYPE_NOT_ALLOWED']), message }),
]);
