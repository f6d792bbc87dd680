import type { MediaKind, MediaRecord, MediaTexts, Visibility } from '../domain/media.ts';
import { layoutOf, PARTS_OPEN_MINUTES } from '../domain/parts.ts';
import type { Principal } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import type { UploadSession } from '../domain/upload.ts';

/** What is said of a file when room is asked for it. */
export interface DeclaredFile extends Partial<MediaTexts> {
  readonly filename: string;
  readonly fileSize: number;
  readonly mimeType: string;
  readonly sha256?: string | undefined;
  readonly tagIds?: readonly string[] | undefined;
  readonly visibility?: Visibility | undefined;
}

interface NewSession {
  /** The file comes in parts. */
  readonly inParts?: boolean;
  /** The record whose file it is to take the place of. */
  readonly replaced?: MediaRecord | undefined;
  readonly file: DeclaredFile;
  readonly kind: MediaKind;
  readonly principal: Pick<Principal, 'teamId' | 'userId'>;
  readonly settings: Pick<Settings, 'defaultVisibility' | 'uploadMinutes'>;
  readonly newId: () => string;
  readonly now: Date;
}

/** A pending upload session for a file that was admitted. */
export const newSession = ({
  file,
  kind,
  principal,
  settings,
  newId,
  now,
  inParts = false,
  replaced,
}: NewSession): UploadSession => ({
  id: newId(),
  mediaId: replaced?.id ?? newId(),
  teamId: replaced?.teamId ?? principal.teamId,
  userId: principal.userId,
  kind,
  filename: file.filename,
  fileSize: file.fileSize,
  mimeType: file.mimeType,
  sha256: file.sha256 ?? null,
  title: file.title ?? null,
  alt: file.alt ?? null,
  caption: file.caption ?? null,
  description: file.description ?? null,
  tagIds: [...new Set(file.tagIds)],
  visibility: file.visibility ?? settings.defaultVisibility,
  status: 'pending',
  code: null,
  message: null,
  multipart: inParts ? { ...layoutOf(file.fileSize), uploadId: null, algorithm: null } : null,
  ...(replaced ? { replaces: { fileVersion: replaced.fileVersion } } : {}),
  createdAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + (inParts ? PARTS_OPEN_MINUTES : settings.uploadMinutes) * 60_000).toISOString(),
});
