import type { Call } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { AccountStore } from './account-store.ts';

/** Ends the login: its cookies and every access token made from it stop working. An API key is revoked, not logged out. */
export const logout =
  ({ accounts }: { accounts: Pick<AccountStore, 'endSession'> }) =>
  async ({ principal }: Call<undefined>): Promise<void> => {
    if (principal.credential.kind === 'api-key') {
      throw new MediaError('VALIDATION', 'An API key has no session to end');
    }
    await accounts.endSession(principal.credential.id);
  };
