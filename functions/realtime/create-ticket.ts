import type { AccountStore } from '../accounts/account-store.ts';
import { hashSecret, newSecret } from '../accounts/tokens.ts';
import type { Call } from '../domain/call.ts';
import type { Clock } from '../domain/ports.ts';
import { namedBy } from '../domain/principal.ts';

export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAt: string;
}

/** Browsers cannot set headers on a WebSocket; a ticket may be part of its address because it works once, within a minute. */
const TICKET_SECONDS = 60;

export const createTicket =
  ({ accounts, clock }: { accounts: Pick<AccountStore, 'putTicket'>; clock: Clock }) =>
  async ({ principal }: Call<undefined>): Promise<IssuedTicket> => {
    const ticket = newSecret();
    const expiresAt = new Date(clock().getTime() + TICKET_SECONDS * 1000).toISOString();
    const { userId, teamId, scopes } = principal;
    const by = namedBy(principal);
    await accounts.putTicket({ id: hashSecret(ticket), userId, teamId, scopes: [...scopes], by, expiresAt });
    return { ticket, expiresAt };
  };
