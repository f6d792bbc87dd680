import type { MediaKind, MediaRecord, Visibility } from '../domain/media.ts';
import { finestLayout, layoutOf, PARTS_OPEN_MINUTES, type PartLayout } from '../domain/parts.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import { type MediaTexts, textsOf } from '../domain/record-fields.ts';
import type { Settings } from '../domain/settings.ts';
import type { MultipartPlan, UploadSession } from '../domain/upload.ts';

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
  /** How the file is sent: by one PUT, in parts of a known layout or of its sender's, or as a form. */
  readonly transport?: 'put' | 'parts' | 'own-parts' | 'form';
  /** `fileSize` of the file is not its size but the reserved bytes, the largest size allowed. */
  readonly mostBytes?: number | undefined;
  /** The sender's part size, if it was sent. */
  readonly cut?: PartLayout | undefined;
  /** The record whose file it is to take the place of. */
  readonly replaced?: MediaRecord | undefined;
  readonly file: DeclaredFile;
  readonly kind: MediaKind;
  readonly principal: Pick<Principal, 'teamId' | 'userId' | 'credential'>;
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
  transport = 'put',
  mostBytes,
  cut,
  replaced,
}: NewSession): UploadSession => {
  const multipart = planOf(transport, file.fileSize, cut, mostBytes);
  const { passwordVersion } = principal.credential;
  const minutes = multipart ? PARTS_OPEN_MINUTES : settings.uploadMinutes;
  return {
    id: newId(),
    mediaId: replaced?.id ?? newId(),
    teamId: replaced?.teamId ?? principal.teamId,
    userId: principal.userId,
    by: namedBy(principal),
    ...(passwordVersion === undefined ? {} : { passwordVersion }),
    kind,
    filename: file.filename,
    fileSize: file.fileSize,
    ...(mostBytes === undefined ? {} : { sizeOpen: true, mostBytes }),
    mimeType: file.mimeType,
    sha256: file.sha256 ?? null,
    ...textsOf(file),
    tagIds: [...new Set(file.tagIds)],
    visibility: file.visibility ?? settings.defaultVisibility,
    status: 'pending',
    code: null,
    message: null,
    multipart,
    ...(replaced ? { replaces: { fileVersion: replaced.fileVersion } } : {}),
    ...(transport === 'form' ? { asForm: true } : {}),
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
  };
};

const planOf = (
  transport: NonNullable<NewSession['transport']>,
  fileSize: number,
  cut: PartLayout = layoutOf(fileSize),
  mostBytes = fileSize,
): MultipartPlan | null => {
  const unbegun = { uploadId: null, algorithm: null };
  if (transport === 'parts') return { ...cut, ...unbegun };
  return transport === 'own-parts' ? { ...finestLayout(mostBytes), ...unbegun, cutBy: 'sender' } : null;
};
