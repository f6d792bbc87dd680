import { MediaError } from '../domain/errors.ts';
import { type MediaRecord, type ObjectPlace, placeOf } from '../domain/media.ts';
import type { Clock } from '../domain/ports.ts';
import { hasText, type TextOptions, textName, textSource } from '../domain/text.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { TextRef, TextStore } from '../stores/text-store.ts';

/** A message of the queue of texts. */
export interface TextOrder {
  readonly mediaId: string;
  readonly fileVersion: string;
  readonly options: TextOptions;
}

export interface RequestTextDeps {
  readonly texts: Pick<TextStore, 'request'>;
  readonly send: (order: TextOrder) => Promise<void>;
  readonly clock: Clock;
}

export type TextSubject = Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion' | 'storedAs'>;

/** The extraction of a record's file with these options; throws for a record without a file of ours. */
export const textRefOf = (subject: TextSubject, options: TextOptions): TextRef => {
  const { id, teamId, fileVersion } = subject;
  const place = placeOf(subject);
  if (fileVersion === null || !place)
    throw new MediaError('CONTENT_UNAVAILABLE', 'The record has no file here to read');
  return { mediaId: id, teamId, fileVersion, place, name: textName(options) };
};

/** Options that mean the same are the same: languages count where text is recognized, and there alone. */
export const normalOptions = (mimeType: string, options: TextOptions): TextOptions =>
  textSource(mimeType) === 'recognized' ? options : { ...options, language: 'auto' };

/** Has the text of a file read by the worker, unless that is under way or over. */
export const requestText =
  ({ texts, send, clock }: RequestTextDeps) =>
  async (subject: TextSubject, options: TextOptions): Promise<void> => {
    const ref = textRefOf(subject, options);
    if (!(await texts.request(ref, clock()))) return;
    await send({ mediaId: ref.mediaId, fileVersion: ref.fileVersion, options });
  };

/** Has the text of a new file read in any language, so that search finds it; files of types without text are passed over. */
export const textOnUpload =
  (request: ReturnType<typeof requestText>) =>
  async (
    { id, mediaId, teamId, mimeType }: Pick<UploadSession, 'id' | 'mediaId' | 'teamId' | 'mimeType'>,
    storedAs?: ObjectPlace,
  ): Promise<void> => {
    if (!hasText(mimeType)) return;
    const options: TextOptions = { language: 'auto', preserveFormatting: false, pages: undefined };
    await request({ id: mediaId, teamId, fileVersion: id, storedAs: storedAs ?? null }, options);
  };
