import type { BulkAction, BulkJob, BulkQuery, BulkSelection, ChangedRecord } from '../domain/bulk.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaStore } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import { type ListMediaDeps, listMedia } from '../media/list-media.ts';
import type { PageCursors } from '../media/page-cursors.ts';
import type { BulkPage, BulkStore } from './bulk-store.ts';

export interface SelectRecordsDeps extends Pick<ListMediaDeps, 'tags' | 'search'> {
  readonly media: Pick<MediaStore, 'list'>;
  readonly jobs: Pick<BulkStore, 'page'>;
}

/** Records of a page: a few seconds of work, a fraction of the function's time. */
const PAGE = 100;

/** Newest first: records that arrive meanwhile come before the first page, and move none of the others. */
const ORDER = { orderBy: 'createdAt', orderDir: 'desc' } as const;

/** The position in the list stays in the table, where no caller can change it: nothing is signed. */
const unsealed: PageCursors = { seal: async (after) => after, open: async (cursor) => cursor };

interface Slice {
  readonly records: readonly MediaRecord[];
  readonly total: number;
  readonly next: string | null;
}

/** A page of what matches: of the trash for a restoration, of the library for all others. */
const sliceOf =
  ({ media, tags, search }: SelectRecordsDeps) =>
  async (
    { action, query }: { action: BulkAction; query: BulkQuery },
    { principal, after, limit }: { principal: Principal; after: string | null; limit: number },
  ): Promise<Slice> => {
    const from = after === null ? {} : { after };
    if (action.kind === 'restore') {
      const teamIds = [principal.teamId];
      const page = await media.list({ ...ORDER, ...from, teamIds, state: 'deleted', limit, offset: 0 });
      return { records: page.items, total: page.total, next: page.next };
    }
    const show = async (records: readonly MediaRecord[]) => records.map((record) => ({ ...record, tags: [] }));
    const list = listMedia({ media, tags, search, show, cursors: unsealed });
    const input = { ...query, ...ORDER, limit, offset: 0, ...(after === null ? {} : { cursor: after }) };
    const { items, total, nextCursor } = await list({ input, principal });
    return { records: items, total, next: nextCursor ?? null };
  };

/** Whether the action changes a record as it was read; `from` names the only visibility that an undo replaces. */
const wouldChange = (action: BulkAction, { tagIds, state, visibility }: MediaRecord): boolean => {
  switch (action.kind) {
    case 'tag':
      return !tagIds.includes(action.tagId);
    case 'untag':
      return tagIds.includes(action.tagId);
    case 'delete':
      return state === 'active';
    case 'restore':
      return state === 'deleted';
    case 'visibility':
      return visibility !== action.visibility;
  }
};

const isSelected =
  ({ except, until }: Exclude<BulkSelection, { undoOf: string }>, { kind }: BulkAction) =>
  ({ id, createdAt, deletedAt }: MediaRecord): boolean =>
    !except.includes(id) && ((kind === 'restore' ? deletedAt : createdAt) ?? createdAt) <= until;

/** How many records match now. */
export const countSelected = (deps: SelectRecordsDeps) => {
  const slice = sliceOf(deps);
  return async (selection: { action: BulkAction; query: BulkQuery }, principal: Principal): Promise<number> =>
    (await slice(selection, { principal, after: null, limit: 1 })).total;
};

/** Selects the next page of a job. */
export const selectPage = (deps: SelectRecordsDeps) => {
  const slice = sliceOf(deps);
  return async ({ selection, action, page, after }: BulkJob, principal: Principal): Promise<BulkPage> => {
    if ('undoOf' in selection) {
      const done = await deps.jobs.page(selection.undoOf, page);
      // Without its end, the page was under way when its function died: as much was changed as it planned.
      const planned = done?.changed ?? done?.planned ?? [];
      return { planned, unchanged: 0, next: done?.next ?? null };
    }
    const { records, next } = await slice({ action, query: selection.query }, { principal, after, limit: PAGE });
    const selected = records.filter(isSelected(selection, action));
    const planned = selected
      .filter((record) => wouldChange(action, record))
      .map(({ id, visibility }): ChangedRecord => (action.kind === 'visibility' ? { id, was: visibility } : { id }));
    return { planned, next, unchanged: selected.length - planned.length };
  };
};
