import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { MediaError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { quotaOf, type Settings } from '../domain/settings.ts';
import { noRoom } from '../domain/upload.ts';
import { type Form, MOST_BESIDE_FILES } from '../http/form.ts';

/** How much of a form is taken to disk. */
export interface FormRoom {
  /** Bytes that all files of the form may have together. */
  readonly bytes: number;
  /** What a file is told that does not fit. */
  readonly refusal: () => MediaError;
  /** Throws `BUSY` while the disk has no room for more of any form. */
  readonly expectDisk: (folder: string) => Promise<void>;
}

export interface FormRoomDeps {
  readonly settings: Pick<Settings, 'quotaBytes' | 'quotaRecords' | 'guests' | 'formBytes' | 'limits'>;
  /** Bytes of a team that are stored or promised. */
  readonly committed: (teamId: string) => Promise<number>;
  readonly expectDisk: FormRoom['expectDisk'];
}

/**
 * Signs the form that may store a file. The policy fixes key, type, status and, if known, checksum, and bounds the length. A
 * form cannot have `if-none-match`: S3 stores it as often as it is sent, so its key is in the inbox.
 */
export const formRoom = async (
  { teamId, guest }: Pick<Principal, 'teamId' | 'guest'>,
  { settings, committed, expectDisk }: FormRoomDeps,
): Promise<FormRoom> => {
  const { bytes: quota } = quotaOf(settings, { guest });
  const left = Math.max(0, quota - (await committed(teamId)));
  // A single file that the settings allow is never refused for the sum.
  const most = Math.max(settings.formBytes, ...Object.values(settings.limits));
  const tooLarge = () =>
    new MediaError('TOO_LARGE', `File too large: the files of one form have at most ${most} bytes together`);
  return left < most
    ? { bytes: left, refusal: () => noRoom(quota), expectDisk }
    : { bytes: most, refusal: tooLarge, expectDisk };
};

/** Throws for a form that says it has more than fits, before any of it is read: what was sent by then was for nothing. */
export const expectFits = ({ announced = 0 }: Form, { bytes, refusal }: Pick<FormRoom, 'bytes' | 'refusal'>): void => {
  if (announced > bytes + MOST_BESIDE_FILES) throw refusal();
};

const LEAST_FREE_BYTES = 2 * 1024 ** 3;
const LEAST_FREE_SHARE = 0.2;

type Disk = Pick<StatsFs, 'bavail' | 'bsize' | 'blocks'>;

/** Refuses with `BUSY` before the disk is full: a fifth of it stays free, of a large one 2 GB. */
export const diskRoom =
  (disk: (folder: string) => Promise<Disk> = (folder) => statfs(folder)): FormRoom['expectDisk'] =>
  async (folder) => {
    const { bavail, bsize, blocks } = await disk(folder);
    if (bavail * bsize >= Math.min(LEAST_FREE_BYTES, blocks * bsize * LEAST_FREE_SHARE)) return;
    const message = 'The disk has no room for another form now, try again in a moment';
    throw new MediaError('BUSY', message, { retryAfter: 30 });
  };
