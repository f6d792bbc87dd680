import type { Call } from '../domain/call.ts';
import type { UploadSession } from '../domain/upload.ts';
import type { PageCursors } from '../media/page-cursors.ts';
import { hasOpened } from './find-upload.ts';
import type { OpenUploads } from './open-uploads.ts';

export interface ListUploads {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface ListedUploads {
  readonly items: readonly UploadSession[];
  readonly nextCursor?: string | undefined;
}

export interface ListUploadsDeps {
  readonly open: Pick<OpenUploads, 'list'>;
  readonly cursors: PageCursors;
}

/**
 * The uploads that the caller began and did not finish, newest first: those of a key are what that key began. A page may be
 * short where others are left out.
 */
export const listUploads =
  ({ open, cursors }: ListUploadsDeps) =>
  async ({ input, principal }: Call<ListUploads>): Promise<ListedUploads> => {
    const { limit, cursor } = input;
    const binding = ['uploads', principal.userId];
    const after = cursor === undefined ? undefined : await cursors.open(cursor, binding);
    const { items, next } = await open.list(principal.userId, limit, after);
    const teams = new Set(principal.teams.map(({ teamId }) => teamId));
    return {
      items: items.filter((session) => teams.has(session.teamId) && hasOpened(principal, session)),
      nextCursor: next === null ? undefined : await cursors.seal(next, binding),
    };
  };
