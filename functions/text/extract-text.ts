import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '../domain/call.ts';
import { type CountedFor, countedAs } from '../domain/counted-for.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { type OcrLanguage, parseLanguage } from '../domain/ocr-languages.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { type FileText, TextError, type TextFailure, type TextOptions, textSource } from '../domain/text.ts';
import type { Examination } from '../files/checks/order-examination.ts';
import { findMedia } from '../media/find-media.ts';
import { type claimText, normalOptions, type TextSubject, textRefOf } from './request-text.ts';
import type { TextResults } from './text-results.ts';
import type { TextRef, TextStore } from './text-store.ts';

export interface ExtractText {
  readonly id: string;
  readonly options: TextOptions;
  /** `look` starts nothing. */
  readonly action: 'extract' | 'look';
  /** How long the caller waits for what takes longer, in seconds. */
  readonly patience: number;
}

/** The text of a file, or the progress of its extraction. */
export type ExtractedText = { readonly mediaId: string; readonly options: TextOptions } & (
  | { readonly status: 'done'; readonly text: FileText }
  | { readonly status: 'processing'; readonly soFar: string }
  | { readonly status: 'failed'; readonly code: TextFailure; readonly message: string }
);

export interface ExtractTextDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly texts: Pick<TextStore, 'get' | 'fail'>;
  readonly results: TextResults;
  readonly requestText: (subject: TextSubject, options: TextOptions, counted: CountedFor) => Promise<void>;
  readonly claimText: ReturnType<typeof claimText>;
  readonly newId: () => string;
  /** Reads a small document here and now. */
  readonly readDocument: Examination['readText'];
  readonly languages: readonly OcrLanguage[];
  readonly clock: Clock;
}

/** Documents up to this size are read while the caller waits: that takes less than a second. */
const QUICK_BYTES = 512 * 1024;
/** Longer than the function may run. */
const READ_NOW_SECONDS = 30;
const LOOK_AGAIN_MILLISECONDS = 400;

/**
 * Answers the text of a file: what is stored at once, a small document as soon as it is read, the rest when the
 * worker has it.
 */
export const extractText =
  (deps: ExtractTextDeps) =>
  async ({ input, principal }: Call<ExtractText>): Promise<ExtractedText> => {
    const record = await findMedia(deps.media, principal, input.id);
    const options = normalOptions(record.mimeType, understood(input.options, deps.languages));
    if (options.language !== 'auto' && !deps.languages.some((each) => each === options.language)) {
      throw unknownLanguage(deps.languages);
    }
    const ref = textRefOf(record, options);
    const known = await stateOf(ref, options, deps);
    if (known && known.status !== 'processing') return known;
    if (input.action === 'look') {
      if (known) return known;
      throw notFound('Text');
    }
    if (!known && textSource(record.mimeType) === 'read' && record.fileSize <= QUICK_BYTES) {
      // Equal calls are read one by one as well, so that each takes a slot.
      const reading = { teamId: record.teamId, id: deps.newId() };
      const { release } = await deps.claimText(reading, countedAs(principal), READ_NOW_SECONDS);
      return await readNow(record, ref, options, deps).finally(release);
    }
    await deps.requestText(record, options, countedAs(principal));
    return waitFor(
      { mediaId: record.id, options, status: 'processing', soFar: known?.soFar ?? '' },
      ref,
      input.patience,
      deps,
    );
  };

const unknownLanguage = (languages: readonly OcrLanguage[]): MediaError => {
  const message = `Expected auto or one of ${languages.join(', ')}`;
  return new MediaError('VALIDATION', 'Validation failed', {
    fields: [{ code: 'invalid_value', path: ['language'], message }],
  });
};

/** The options with their language by its code; throws for a name that means none. */
const understood = (options: TextOptions, languages: readonly OcrLanguage[]): TextOptions => {
  const language = parseLanguage(options.language);
  if (language === undefined) throw unknownLanguage(languages);
  return { ...options, language };
};

const stateOf = async (
  ref: TextRef,
  options: TextOptions,
  { texts, results }: Pick<ExtractTextDeps, 'texts' | 'results'>,
): Promise<ExtractedText | undefined> => {
  const about = { mediaId: ref.mediaId, options };
  const job = await texts.get(ref);
  if (job?.status === 'processing') return { ...about, status: 'processing', soFar: job.soFar ?? '' };
  if (job?.status === 'failed') {
    return { ...about, status: 'failed', code: job.code ?? 'UNREADABLE', message: job.message ?? '' };
  }
  const text = await results.read(ref);
  return text && { ...about, status: 'done', text };
};

const readNow = async (
  record: MediaRecord,
  ref: TextRef,
  options: TextOptions,
  { results, readDocument, texts, clock }: ExtractTextDeps,
): Promise<ExtractedText> => {
  const about = { mediaId: ref.mediaId, options };
  const original = await results.findOriginal(ref);
  if (!original) throw new MediaError('CONTENT_UNAVAILABLE', 'The file is missing');
  try {
    const text = await readDocument(original, record.mimeType, options);
    // Reading a part of a small document again takes no time; stored, each range of pages would be another object.
    if (options.pages === undefined) await results.store(ref, text, clock());
    return { ...about, status: 'done', text };
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const { code, message } = error;
    if (options.pages === undefined) await texts.fail(ref, code, message, clock());
    return { ...about, status: 'failed', code, message };
  }
};

type Processing = Extract<ExtractedText, { readonly status: 'processing' }>;

/** Polls until it has ended or the caller's time is over; answers the progress then. */
const waitFor = async (
  begun: Processing,
  ref: TextRef,
  patience: number,
  deps: ExtractTextDeps,
): Promise<ExtractedText> => {
  const deadline = deps.clock().getTime() + patience * 1000;
  let latest = begun;
  while (deps.clock().getTime() < deadline) {
    await pause(LOOK_AGAIN_MILLISECONDS);
    const state = await stateOf(ref, begun.options, deps);
    if (state && state.status !== 'processing') return state;
    latest = state ?? latest;
  }
  return latest;
};
