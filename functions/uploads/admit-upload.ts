import { boundFor, countedAs } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { isLeft, MOST_LEFT_VERSIONS, tooManyVersions } from '../domain/media-file.ts';
import { HASHED_BYTES } from '../domain/parts.ts';
import { namedBy, type Principal } from '../domain/principal.ts';
import { tooManyGivenUp, tooManyOpen, type UploadSession } from '../domain/upload.ts';
import type { TagStore } from '../library/tag-store.ts';
import type { VersionStore } from '../library/version-store.ts';
import { untilNextHour } from './given-up-count.ts';
import type { DeclaredFile } from './new-session.ts';
import type { OpenUploads } from './open-uploads.ts';

/** Throws for a SHA-256 that would not be checked: a file too large to be read in one pass keeps the checksum of S3. */
export const admitHash = ({ sha256, fileSize }: Pick<DeclaredFile, 'sha256' | 'fileSize'>): void => {
  if (sha256 === undefined || fileSize <= HASHED_BYTES) return;
  const message = `Files of more than ${HASHED_BYTES} bytes are not hashed by SHA-256`;
  throw new MediaError('VALIDATION', 'Invalid request body', {
    fields: [{ code: 'custom', path: ['sha256'], message }],
  });
};

/**
 * In an hour, a person may give up so many times as many uploads as they may have open: enough to begin anew with all of them
 * more than once, and a bound for the work that is left to the sweep.
 */
const GIVEN_UP_FACTOR = 3;

/**
 * Throws where a person, or their keys, gave up too many uploads within the hour. How many are unfinished is counted exactly where
 * one more is opened.
 */
export const admitOneMore = async (
  principal: Pick<Principal, 'userId' | 'credential'>,
  mostOfPerson: number,
  open: Pick<OpenUploads, 'givenUp'>,
  at: Date,
): Promise<void> => {
  const most = boundFor(countedAs(principal), mostOfPerson) * GIVEN_UP_FACTOR;
  const givenUp = await open.givenUp({ userId: principal.userId, by: namedBy(principal) }, at, most);
  if (givenUp >= most) throw tooManyGivenUp(most, untilNextHour(at));
};

/** Throws where a person, or their keys, have as many unfinished uploads as they may have, by an index that may be behind. */
export const admitBelowBound = async (
  principal: Pick<Principal, 'userId' | 'credential'>,
  mostOfPerson: number,
  open: Pick<OpenUploads, 'count'>,
): Promise<void> => {
  const most = boundFor(countedAs(principal), mostOfPerson);
  const unfinished = await open.count({ userId: principal.userId, by: namedBy(principal) }, most);
  if (unfinished >= most) throw tooManyOpen(most);
};

/** Throws unless the team has all these tags; one of another team is answered as one that does not exist. */
export const admitTags = async ({ teamId, tagIds }: UploadSession, tags: Pick<TagStore, 'get'>): Promise<void> => {
  if (tagIds.length === 0) return;
  const own = (await tags.get(tagIds)).filter((tag) => tag.teamId === teamId);
  const fields = tagIds.flatMap((id, index) =>
    own.some((tag) => tag.id === id)
      ? []
      : [{ code: 'custom', path: ['tagIds', index], message: 'There is no such tag' }],
  );
  if (fields.length > 0) throw new MediaError('VALIDATION', 'Invalid request body', { fields });
};

/**
 * Throws if a record keeps as many versions of its file as allowed, before any byte is sent. The transaction that retains one
 * checks again.
 */
export const admitVersion = async (
  { id }: Pick<MediaRecord, 'id'>,
  versions: Pick<VersionStore, 'ofMedia'>,
): Promise<void> => {
  const kept = (await versions.ofMedia(id)).filter(isLeft);
  if (kept.length >= MOST_LEFT_VERSIONS) throw tooManyVersions(MOST_LEFT_VERSIONS);
};
