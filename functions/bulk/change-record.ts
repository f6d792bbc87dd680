import type { BulkAction, ChangedRecord } from '../domain/bulk.ts';
import type { Call } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord, Visibility } from '../domain/media.ts';
import type { Clock, MediaStore } from '../domain/ports.ts';
import { admitTo, type Principal } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import { MOST_TAGS_OF_RECORD } from '../domain/tag.ts';
import type { Retag } from '../library/retag.ts';
import { findMedia } from '../media/find-media.ts';
import { keepsChanging, MOST_CHANGES, moveToTrash } from '../media/move-to-trash.ts';
import { expectSeen } from '../media/update-media.ts';

export interface ChangeRecordDeps {
  readonly media: Pick<MediaStore, 'get' | 'edit' | 'softDelete'>;
  readonly retag: Retag;
  readonly restore: (call: Call<{ id: string }>) => Promise<MediaRecord>;
  /** Removes what a guest deletes; absent where no guest calls. */
  readonly deleteForGood?: ((call: Call<{ id: string }>) => Promise<void>) | undefined;
  readonly settings: Pick<Settings, 'retentionDays'>;
  readonly clock: Clock;
}

export interface ChangeRecord {
  readonly id: string;
  readonly action: BulkAction;
}

/**
 * One step of a change of many records: as the call for one record does it, with the same rights and the same conditions. A
 * repetition changes nothing, which is answered by undefined.
 */
export const changeRecord =
  (deps: ChangeRecordDeps) =>
  async ({ input: { id, action }, principal }: Call<ChangeRecord>): Promise<ChangedRecord | undefined> => {
    switch (action.kind) {
      case 'tag':
      case 'untag':
        return changeTag(deps, principal, id, action);
      case 'delete':
        return moveOut(deps, principal, id);
      case 'restore':
        return moveBack(deps, principal, id);
      case 'visibility':
        return show(deps, principal, id, action);
    }
  };

const changeTag = async (
  { media, retag, clock }: ChangeRecordDeps,
  principal: Principal,
  id: string,
  { kind, tagId }: Extract<BulkAction, { tagId: string }>,
): Promise<ChangedRecord | undefined> => {
  await findMedia(media, principal, id);
  let hadIt = false;
  const wanted = (tagIds: readonly string[]): readonly string[] => {
    hadIt = tagIds.includes(tagId);
    if (kind === 'untag') return tagIds.filter((each) => each !== tagId);
    if (!hadIt && tagIds.length >= MOST_TAGS_OF_RECORD) throw tooManyTags();
    return hadIt ? tagIds : [...tagIds, tagId];
  };
  if (!(await retag(id, wanted, clock().toISOString()))) throw notFound();
  return hadIt === (kind === 'tag') ? undefined : { id };
};

const tooManyTags = (): MediaError =>
  new MediaError('VALIDATION', `A media record can have at most ${MOST_TAGS_OF_RECORD} tags`);

/** The record in whatever state, for a caller who may change it. */
const findAnywhere = async (media: Pick<MediaStore, 'get'>, principal: Principal, id: string): Promise<MediaRecord> => {
  const record = await media.get(id);
  if (!record || record.state === 'purging') throw notFound();
  admitTo(principal, record.teamId);
  return record;
};

const moveOut = async (
  deps: ChangeRecordDeps,
  principal: Principal,
  id: string,
): Promise<ChangedRecord | undefined> => {
  if (principal.guest && deps.deleteForGood) {
    await deps.deleteForGood({ input: { id }, principal });
    return { id };
  }
  const moved = await moveToTrash(() => findAnywhere(deps.media, principal, id), deps);
  return moved ? { id } : undefined;
};

const moveBack = async (
  { media, restore }: ChangeRecordDeps,
  principal: Principal,
  id: string,
): Promise<ChangedRecord | undefined> => {
  const { state } = await findAnywhere(media, principal, id);
  if (state === 'active') return undefined;
  await restore({ input: { id }, principal });
  return { id };
};

const show = async (
  { media, clock }: ChangeRecordDeps,
  principal: Principal,
  id: string,
  { visibility, from }: { readonly visibility: Visibility; readonly from?: Visibility | undefined },
): Promise<ChangedRecord | undefined> => {
  for (let attempt = 1; attempt <= MOST_CHANGES; attempt += 1) {
    const record = await findMedia(media, principal, id);
    const { visibility: was } = record;
    if (was === visibility || (from !== undefined && was !== from)) return undefined;
    expectSeen(record, { visibility }, principal);
    if (await media.edit(id, { visibility }, clock().toISOString(), [record.version])) return { id, was };
  }
  throw keepsChanging();
};
