import type { Call } from '../domain/call.ts';
import type { ListQuery, MediaStore } from '../domain/ports.ts';
import { teamsWith } from '../domain/principal.ts';
import type { ShowTags } from '../library/tag-store.ts';
import type { ListedMedia } from '../media/list-media.ts';

export type ListTrash = Pick<ListQuery, 'orderBy' | 'orderDir' | 'limit' | 'offset'>;

/** One page of the deleted records of the caller's teams; the order of `createdAt` is by time of deletion. */
export const listTrash =
  ({ media, show }: { media: Pick<MediaStore, 'list'>; show: ShowTags }) =>
  async ({ input, principal }: Call<ListTrash>): Promise<ListedMedia> => {
    const page = await media.list({ ...input, teamIds: teamsWith(principal, 'media:read'), state: 'deleted' });
    return { items: await show(page.items), total: page.total, limit: input.limit, offset: input.offset };
  };
