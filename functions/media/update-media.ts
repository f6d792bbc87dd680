import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { Clock, MediaEdit, MediaStore } from '../domain/ports.ts';
import { insufficient, type Principal, scopesIn } from '../domain/principal.ts';
import type { Retag } from '../library/retag.ts';
import type { NameTags } from '../tags/name-tags.ts';
import { findMedia } from './find-media.ts';

export interface UpdateMedia {
  readonly id: string;
  /**
   * The changes; if they depend on the present record, a function that computes them from it, or throws. It is told whether the
   * caller may see the record.
   */
  readonly edit: MediaEdit | ((record: MediaRecord, maySee: boolean) => MediaEdit);
  /** All tags that the record shall have, by name. */
  readonly tagNames?: readonly string[] | undefined;
  /** The versions of the record of which one has to be the present one; without it, any. */
  readonly versions?: readonly number[] | undefined;
}

export interface UpdateMediaDeps {
  readonly media: Pick<MediaStore, 'get' | 'edit'>;
  readonly nameTags: NameTags;
  readonly retag: Retag;
  readonly clock: Clock;
}

/**
 * Changes the texts of a file; its facts (name, size, type, dimensions) cannot be edited. Throws `PRECONDITION_FAILED` when the
 * record has none of the named versions, also when another call changes it at the same time.
 */
export const updateMedia =
  ({ media, nameTags, retag, clock }: UpdateMediaDeps) =>
  async ({ input, principal }: Call<UpdateMedia>): Promise<MediaRecord> => {
    const { id, tagNames, versions } = input;
    const record = await findMedia(media, principal, id);
    const maySee = scopesIn(principal, record.teamId).has('media:read');
    if (versions && !versions.includes(record.version)) throw anotherVersion(record, maySee);
    const edit = typeof input.edit === 'function' ? input.edit(record, maySee) : input.edit;
    expectSeen(record, edit, principal);
    const now = clock().toISOString();
    const tagIds = tagNames && (await nameTags(tagNames, record.teamId, principal));
    const says = Object.values(edit).some((value) => value !== undefined);
    const edited = says ? await media.edit(id, edit, now, versions) : record;
    const changed = edited && tagIds ? await retag(id, () => tagIds, now) : edited;
    if (changed) return changed;
    const present = versions && (await findMedia(media, principal, id));
    throw present ? anotherVersion(present, maySee) : notFound();
  };

/** The refusal of an edit that was made of another version of the record: both would be lost in turn. */
const anotherVersion = (record: MediaRecord, maySee: boolean): MediaError =>
  new MediaError('PRECONDITION_FAILED', 'Another call changed this media meanwhile', {
    current: maySee ? record : undefined,
  });

/** Throws for a caller who may not see a file and would open it to every holder of its address, themselves included. */
export const expectSeen = (
  { visibility, teamId }: MediaRecord,
  { visibility: next = 'private' }: MediaEdit,
  principal: Principal,
): void => {
  if (next === 'private' || next === visibility || scopesIn(principal, teamId).has('media:read')) return;
  throw insufficient('media:read');
};
