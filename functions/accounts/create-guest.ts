import type { OpenCall } from '../domain/call.ts';
import { MediaError } from '../domain/errors.ts';
import type { Settings } from '../domain/settings.ts';
import { GUEST_TEAM } from '../domain/shares.ts';
import type { AccountStore, Team, User } from './account-store.ts';
import type { Attempts } from './attempt-store.ts';
import { type LoggedIn, type OpenSessionDeps, openSession } from './open-session.ts';

export interface CreateGuestDeps extends OpenSessionDeps {
  readonly accounts: Pick<AccountStore, 'createGuest' | 'team' | 'putSession'>;
  readonly attempts: Pick<Attempts, 'take' | 'giveBack'>;
  readonly settings: Pick<Settings, 'guests'>;
}

const HOUR = 3600;

/** Logs a person without an account in: into a team of their own, with a small quota, for some hours. */
export const createGuest =
  (deps: CreateGuestDeps) =>
  async ({ input }: OpenCall<{ address: string }>): Promise<LoggedIn> => {
    const { accounts, attempts, settings, newId, clock } = deps;
    const { hours, perAddressPerHour } = settings.guests;
    if (hours === 0) throw new MediaError('FORBIDDEN', 'Guests are not admitted here');
    const now = clock();
    // A person who wants more room than one guest has must not get it by making many guests.
    const allowance = { most: perAddressPerHour, seconds: HOUR };
    const subject = `guest#${input.address}`;
    const wait = await attempts.take(subject, allowance, now);
    if (wait !== undefined) throw new MediaError('RATE_LIMITED', 'Too many guests', { retryAfter: wait });
    const createdAt = now.toISOString();
    const team: Team = { id: `${GUEST_TEAM}${newId()}`, name: 'Guest', createdAt };
    const user = {
      id: newId(),
      email: null,
      passwordHash: null,
      passwordVersion: 0,
      defaultTeamId: team.id,
      guestUntil: new Date(now.getTime() + hours * 3_600_000).toISOString(),
      createdAt,
    } as const satisfies User;
    try {
      await accounts.createGuest(user, team);
    } catch (error) {
      await attempts.giveBack(subject).catch(() => undefined);
      throw error;
    }
    return openSession({ user, teams: [{ teamId: team.id, role: 'owner' }] }, deps);
  };
