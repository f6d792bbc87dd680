import type { AccountStore } from '../accounts/account-store.ts';
import { holderOfFoundKey } from '../accounts/find-holder.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { scopesOfRole } from '../domain/scopes.ts';
import { isOfMembership } from '../domain/team-rules.ts';
import type { UploadSession } from '../domain/upload.ts';

export interface MayStillBringDeps {
  readonly accounts: Pick<AccountStore, 'bringer' | 'session'>;
  readonly clock: Clock;
}

/** Whether a file that was announced may become a record now. */
export type MayStillBring = (session: UploadSession) => Promise<boolean>;

/**
 * A signed request cannot be revoked; the file that it stores counts only while its signer could request it now. They are in
 * the team, in the same membership, and in a role that may upload; a guest's time is not over; a key is neither revoked nor
 * expired; a login is not from before the last change of the password, whether it has ended or not. Logging out alone does not
 * end started uploads: people close their browser while a file is being processed.
 */
export const mayStillBring =
  ({ accounts, clock }: MayStillBringDeps): MayStillBring =>
  async (session) => {
    const { teamId, userId, by } = session;
    const scope = session.replaces ? 'media:update' : 'media:create';
    const keyId = by?.kind === 'api-key' ? by.id : undefined;
    const { standing, user, key } = await accounts.bringer(teamId, userId, keyId);
    if (!standing || !user || !isOfMembership(standing, session)) return false;
    if (!scopesOfRole(standing.role).has(scope)) return false;
    if (user.guestUntil !== null && Date.parse(user.guestUntil) <= clock().getTime()) return false;
    if (by?.kind === 'api-key') {
      const same = { standing: async () => (key?.userId === userId ? standing : undefined) };
      const holder = key && (await holderOfFoundKey(key, { accounts: same, clock }).catch(endedOnly));
      return holder?.principal.scopes.has(scope) ?? false;
    }
    if (session.passwordVersion !== undefined) return session.passwordVersion === user.passwordVersion;
    // Announced before versions were stored: only a login that still exists shows its version.
    const login = by && (await accounts.session(by.id));
    return !login || login.passwordVersion === user.passwordVersion;
  };

const endedOnly = (error: unknown): undefined => {
  if (error instanceof MediaError && error.code === 'UNAUTHORIZED') return undefined;
  throw error;
};
