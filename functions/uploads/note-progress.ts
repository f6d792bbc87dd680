import { type HeldPart, PROGRESS_MILLISECONDS } from '../domain/parts.ts';
import type { Clock } from '../domain/ports.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { OpenUploads } from './open-uploads.ts';

export interface NoteProgressDeps {
  readonly open: Pick<OpenUploads, 'progress'>;
  readonly clock: Clock;
}

/** Whether it is time to report the progress of an upload again. */
export const isProgressDue = ({ progress }: Pick<UploadSession, 'progress'>, now: Date): boolean =>
  !progress || Date.parse(progress.at) + PROGRESS_MILLISECONDS <= now.getTime();

/** Reports the progress of an upload, by S3's parts, if it is time again and it has changed. */
export const noteProgress = async (
  session: UploadSession,
  held: readonly HeldPart[],
  { open, clock }: NoteProgressDeps,
): Promise<void> => {
  const now = clock();
  const storedBytes = held.reduce((sum, { size }) => sum + size, 0);
  const isNew = storedBytes !== (session.progress?.storedBytes ?? 0);
  if (session.status !== 'pending' || !isNew || !isProgressDue(session, now)) return;
  const since = new Date(now.getTime() - PROGRESS_MILLISECONDS).toISOString();
  await open.progress(session.id, { storedParts: held.length, storedBytes, at: now.toISOString() }, since);
};
