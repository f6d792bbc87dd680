import type { Call } from '../api/route.ts';
import type { ListQuery, MediaStore } from '../domain/ports.ts';
import { teamsWith } from '../domain/principal.ts';
import type { ListedMedia } from '../media/list-media.ts';

export type ListTrash = Pick<ListQuery, 'orderBy' | 'orderDir' | 'limit' | 'offset'>;

/** One page of the deleted records of the caller's teams; in the order of `createdAt` they stand by the time of their deletion. */
export const listTrash =
  ({ media }: { media: Pick<MediaStore, 'list'> }) =>
  async ({ input, principal }: Call<ListTrash>): Promise<ListedMedia> => {
    const page = await media.list({ ...input, teamIds: teamsWith(principal, 'media:read'), state: 'deleted' });
    return { ...page, limit: input.limit, offset: input.offset };
  };
