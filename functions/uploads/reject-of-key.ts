import type { Clock, UploadStore } from '../domain/ports.ts';
import { forbidden } from '../files/checks/outcome.ts';
import type { OpenUploads } from './open-uploads.ts';

export interface RejectOfKeyDeps {
  readonly open: Pick<OpenUploads, 'list'>;
  readonly uploads: Pick<UploadStore, 'refuse'>;
  readonly clock: Clock;
}

/** All of them meet at the totals of one team, and a caller waits. The sweep rejects the rest. */
const MOST_AT_ONCE = 100;
const PAGE = 100;

/**
 * Rejects what a revoked API key had begun to upload and not finished, which returns its quota and its places among the
 * unfinished uploads. Nothing of it could become a record any more.
 */
export const rejectOfKey =
  ({ open, uploads, clock }: RejectOfKeyDeps) =>
  async ({ id, userId }: { readonly id: string; readonly userId: string }): Promise<void> => {
    const { outcome: status, code, message } = forbidden();
    const refusal = { status, code, message };
    let left = MOST_AT_ONCE;
    let after: string | undefined;
    do {
      const { items, next } = await open.list(userId, PAGE, after);
      const own = items.filter(({ by }) => by?.kind === 'api-key' && by.id === id).slice(0, left);
      for (const session of own) await uploads.refuse(session, refusal, clock());
      left -= own.length;
      after = next ?? undefined;
    } while (after !== undefined && left > 0);
  };
