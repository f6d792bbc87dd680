import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
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

export type TextSubject = Pick<MediaRecord, 'id' | 'teamId' | 'fileVersion'>;

/** The extraction of a record's file with these options; throws for a record without a file of ours. */
export const textRefOf = ({ id, teamId, fileVersion }: TextSubject, options: TextOptions): TextRef => {
  if (fileVersion === null) throw new MediaError('CONTENT_UNAVAILABLE', 'The record has no file here to read');
  return { mediaId: id, teamId, fileVersion, name: textName(options) };
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
  async ({
    id,
    mediaId,
    teamId,
    mimeType,
  }: Pick<UploadSession, 'id' | 'mediaId' | 'teamId' | 'mimeType'>): Promise<void> => {
    if (!hasText(mimeType)) return;
    const options: TextOptions = { language: 'auto', preserveFormatting: false, pages: undefined };
    await request({ id: mediaId, teamId, fileVersion: id }, options);
  };
