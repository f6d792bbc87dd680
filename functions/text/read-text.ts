import { buffer } from 'node:stream/consumers';
import { MediaError } from '../domain/errors.ts';
import type { OcrLanguage } from '../domain/ocr-languages.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { type FileText, TextError, type TextFailure } from '../domain/text.ts';
import type { FileToRead } from '../files/text/read-in-process.ts';
import { TEXT_LIMITS } from '../files/text/readers/text-limits.ts';
import { logFailure } from '../shared/log.ts';
import { type TextJobMessage, textRefOf } from './request-text.ts';
import type { TextResults } from './text-results.ts';
import type { TextStore } from './text-store.ts';

export interface ReadTextDeps {
  readonly media: Pick<MediaStore, 'get'>;
  readonly texts: Pick<TextStore, 'attempt' | 'fail' | 'noteSoFar'>;
  readonly results: TextResults;
  readonly readFile: (file: FileToRead) => Promise<FileText>;
  readonly languages: readonly OcrLanguage[];
  readonly clock: Clock;
}

/** A message comes again when the function went down with it; after that, it is the file. */
const ATTEMPTS = 2;

/** Does one job of the queue of texts. A job may come twice, late, or for a missing file. */
export const readText =
  (deps: ReadTextDeps) =>
  async ({ mediaId, fileVersion, options }: TextJobMessage): Promise<void> => {
    const { media, texts, results, clock } = deps;
    const record = await media.get(mediaId);
    if (!record || record.fileVersion !== fileVersion || record.state === 'purging') return;
    const ref = textRefOf(record, options);
    const fail = (code: TextFailure, message: string) => texts.fail(ref, code, message, clock());
    const attempt = await texts.attempt(ref);
    if (attempt === undefined) return;
    if (attempt > ATTEMPTS) return fail('TIME_LIMIT', 'The file takes too long or too much memory to read.');
    try {
      // Read before: for another record over the same object, or by an attempt that did not get to say so.
      const known = await results.read(ref);
      if (known) return await results.store(ref, known, clock());
      if (record.fileSize > TEXT_LIMITS.file) throw new TextError('TOO_LARGE', 'The file is larger than is read.');
      const original = await results.original(ref);
      if (!original) return await fail('UNREADABLE', 'The file is missing.');
      const text = await deps.readFile({
        bytes: await buffer(original),
        mimeType: record.mimeType,
        options,
        languages: deps.languages,
        onPages: (pages) => texts.noteSoFar(ref, pages, clock()),
      });
      await results.store(ref, text, clock());
    } catch (error) {
      if (error instanceof TextError) return fail(error.code, error.message);
      if (error instanceof MediaError && error.code === 'TYPE_NOT_ALLOWED') return fail(error.code, error.message);
      if (attempt < ATTEMPTS) throw error;
      await fail('UNREADABLE', 'The file could not be read.');
      // Its message is done: to receive it again would only hold its lane.
      logFailure({ mediaId, fileVersion }, error);
    }
  };
