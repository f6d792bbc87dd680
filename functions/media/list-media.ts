import type { Call } from '../api/route.ts';
import type { ListQuery, MediaPage, MediaStore } from '../domain/ports.ts';

export type ListMedia = Pick<ListQuery, 'kind' | 'orderBy' | 'orderDir' | 'limit' | 'offset'>;
export interface ListedMedia extends MediaPage {
  readonly limit: number;
  readonly offset: number;
}

/** One page of the team's active records, with the exact number of all that match. */
export const listMedia =
  ({ media }: { media: Pick<MediaStore, 'list'> }) =>
  async ({ input, principal }: Call<ListMedia>): Promise<ListedMedia> => {
    const page = await media.list({ ...input, teamId: principal.teamId, state: 'active' });
    return { ...page, limit: input.limit, offset: input.offset };
  };
