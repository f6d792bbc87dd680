import type { Readable } from 'node:stream';
import { kindOf, type MediaKind } from '../../domain/media.ts';
import { type ByteSource, bufferSource } from '../../shared/byte-source.ts';
import { MAX_PIXELS } from '../pictures/image-header.ts';
import { type Pictures, picturesHere } from '../pictures/pictures.ts';
import { renderThumbnails } from '../pictures/render-image.ts';
import { drawPreview } from '../previews/draw-preview.ts';
import { checkContainer, openContainer } from './check-container.ts';
import { checkDocument } from './check-document.ts';
import { checkText, isTextType } from './check-text.ts';
import { explained } from './explain-mismatch.ts';
import { faultOfFile } from './fault-of-file.ts';
import { type Digest, digestStream } from './hash.ts';
import { openText } from './inspect-text.ts';
import { type FileFacts, type ProcessingOutcome, type Refusal, rejected } from './outcome.ts';
import type { StreamCheck } from './stream-check.ts';

const MIB = 2 ** 20;

/**
 * How much of a file is kept in memory for inspection. A picture is needed whole to be decoded, a document because its
 * directory may be at its end; the headers of audio and video are at their start (after an embedded cover, at worst).
 */
export const KEEP: Readonly<Record<MediaKind, number>> = {
  image: 64 * MIB,
  document: 64 * MIB,
  audio: 4 * MIB,
  video: 1 * MIB,
};
/** A text is checked as a stream; before its first characters there may be blanks and comments. */
const KEEP_OF_TEXT = 1 * MIB;

/** The client's declaration of the file. */
export interface Declared {
  readonly mimeType: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256, base64. */
  readonly sha256?: string | null;
}

export interface ProcessFileInput {
  /** The stored bytes, read once. The caller destroys it if its storage requires that after an early end. */
  readonly body: Readable;
  /** The same bytes, by range, for files that are too large to be kept in memory. */
  readonly source: ByteSource;
  readonly declared: Declared;
  readonly limits?: { readonly maxPixels?: number };
  /** Where pictures are decoded; by default in this process, for one that can itself be terminated. */
  readonly pictures?: Pick<Pictures, 'verify'>;
  /** Where documents are checked; by default in this process as well. */
  readonly documents?: typeof checkDocument;
}

export const sizeMismatch = (declared: Declared): Refusal =>
  rejected('SIZE_MISMATCH', `The file does not have the ${declared.size} bytes that were announced.`);

const compare = ({ checksum, size }: Digest, declared: Declared): Refusal | undefined => {
  if (size !== declared.size) return sizeMismatch(declared);
  if (declared.sha256 && checksum !== declared.sha256) {
    return rejected('CHECKSUM_MISMATCH', 'The content of the file does not have the SHA-256 that was announced.');
  }
  return undefined;
};

const factsOf = ({ checksum, size }: Pick<Digest, 'checksum' | 'size'>): FileFacts => ({
  checksum,
  size,
  width: null,
  height: null,
  orientation: null,
  frames: null,
  thumbhash: null,
  dominantColor: null,
  duration: null,
});

const processImage = async (
  digest: Digest,
  mimeType: string,
  maxPixels: number,
  pictures: Pick<Pictures, 'verify'>,
): Promise<ProcessingOutcome> => {
  if (!digest.whole) {
    return rejected('UNSUPPORTED', `Pictures of more than ${KEEP.image / MIB} MiB are not supported.`);
  }
  const { head, checksum, size } = digest;
  const outcome = await pictures.verify(head, { checksum, size, mimeType, maxPixels });
  return outcome.outcome === 'ok' ? { ...outcome, whole: bufferSource(head) } : outcome;
};

/**
 * Verifies a stored file against its declaration and draws its renditions.
 *
 * `body` is read once for checksum, inspection and decoding. Throws only the errors of `body` and `source`, and those of the
 * machine: for any bytes, the answer is an outcome.
 */
export const processFile = async ({
  body,
  source,
  declared,
  limits = {},
  pictures = picturesHere,
  documents = checkDocument,
}: ProcessFileInput): Promise<ProcessingOutcome> => {
  const { mimeType, size } = declared;
  const kind = kindOf(mimeType);
  const container = kind === 'audio' || kind === 'video' ? openContainer(mimeType, size) : undefined;
  const text = isTextType(mimeType) ? openText() : undefined;
  const keep = text ? KEEP_OF_TEXT : KEEP[kind];
  const check = container ?? text;
  const observed = check && observe(check);
  const digest = await digestStream(body, { size, keep, observe: observed?.push });
  const mismatch = compare(digest, declared);
  if (mismatch) return mismatch;
  const { head, whole } = digest;
  return faultOfFile({ source, mimeType }, async (watched) => {
    observed?.end();
    if (kind === 'image') {
      return explained(await processImage(digest, mimeType, limits.maxPixels ?? MAX_PIXELS, pictures), head, mimeType);
    }
    const result = await (container
      ? checkContainer(head, mimeType, container)
      : text
        ? checkText({ bytes: head, whole }, mimeType, text)
        : documents(head, mimeType, whole));
    if (result.outcome !== 'ok') return explained(result, head, mimeType);
    if (!whole) return processOther(digest, mimeType, watched, result.warnings);
    const inMemory = bufferSource(head);
    const outcome = await processOther(digest, mimeType, inMemory, result.warnings);
    return outcome.outcome === 'ok' ? { ...outcome, whole: inMemory } : outcome;
  });
};

/** Feeds a check whose exceptions are not those of the stream: the first one is thrown after its end. */
const observe = ({ push }: Pick<StreamCheck, 'push'>): { push: (chunk: Buffer) => void; end: () => void } => {
  const faults: unknown[] = [];
  return {
    push: (chunk) => {
      if (faults.length > 0) return;
      try {
        push(chunk);
      } catch (error) {
        faults.push(error);
      }
    },
    end: () => {
      if (faults.length > 0) throw faults[0];
    },
  };
};

/** A file that is no picture is kept even if it cannot be drawn: then it has a card. */
export const processOther = async (
  digest: Pick<Digest, 'checksum' | 'size'>,
  mimeType: string,
  source: ByteSource,
  warnings: FileFacts['warnings'] = [],
): Promise<ProcessingOutcome> => {
  const pixels = await drawPreview({ source, mimeType });
  const { renditions, thumbhash, dominantColor } = await renderThumbnails({ pixels });
  const facts = { ...factsOf(digest), thumbhash, dominantColor };
  return {
    outcome: 'ok',
    facts: warnings.length === 0 ? facts : { ...facts, warnings },
    renditions,
    large: { width: pixels.width, height: pixels.height },
  };
};
