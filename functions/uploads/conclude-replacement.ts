import { MediaError } from '../domain/errors.ts';
import type { MediaFile } from '../domain/media-file.ts';
import type { Clock, MediaStore, UploadStore } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { ReplacedFile, UploadSession } from '../domain/upload.ts';
import { purgeTime } from '../media/move-to-trash.ts';

export interface ReplacementDeps {
  readonly uploads: Pick<UploadStore, 'replace' | 'close'>;
  readonly media: Pick<MediaStore, 'get'>;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

const OVERTAKEN = {
  code: 'OVERTAKEN',
  message: 'The file that this one was to replace was replaced or removed meanwhile.',
} as const;

/** Gives a record its next file; when it got another one meanwhile, or is gone, this one came too late. */
export const concludeReplacement = async (
  session: UploadSession,
  { fileVersion }: ReplacedFile,
  file: MediaFile,
  { uploads, media, settings, clock }: ReplacementDeps,
): Promise<void> => {
  const now = clock();
  const keptUntil = purgeTime(now, settings.retentionDays);
  const record = await media.get(session.mediaId);
  const isSame = record?.state === 'active' && record.fileVersion === fileVersion;
  try {
    if (isSame && (await uploads.replace(session, record, file, now.toISOString(), keptUntil))) return;
    await uploads.close(session, 'expired', now, OVERTAKEN);
  } catch (error) {
    // The record keeps as many versions as allowed by now: each upload was admitted before the others finished.
    if (!(error instanceof MediaError) || error.code !== 'CONFLICT') throw error;
    await uploads.close(session, 'expired', now, { ...OVERTAKEN, message: error.message });
  }
};
