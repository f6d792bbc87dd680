import type { Call } from '../api/route.ts';
import type { ListQuery, MediaPage, MediaStore } from '../domain/ports.ts';
import { teamsWith } from '../domain/principal.ts';

export type ListMedia = Pick<ListQuery, 'kind' | 'orderBy' | 'orderDir' | 'limit' | 'offset'>;
export interface ListedMedia extends MediaPage {
  readonly limit: number;
  readonly offset: number;
}

/** One page of the active records of the caller's teams, with the exact number of all that match. */
export const listMedia =
  ({ media }: { media: Pick<MediaStore, 'list'> }) =>
  async ({ input, principal }: Call<ListMedia>): Promise<ListedMedia> => {
    const page = await media.list({ ...input, teamIds: teamsWith(principal, 'media:read'), state: 'active' });
    return { ...page, limit: input.limit, offset: input.offset };
  };
