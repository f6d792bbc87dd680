import * as z from 'zod/mini';
import { isFileName } from '../domain/names.ts';
import type { Clock } from '../domain/ports.ts';
import { homeOf, type Team, type User } from './account-items.ts';
import type { AccountStore, ApiKey } from './account-store.ts';
import { Email, foldEmail } from './emails.ts';
import { refuseCommonPassword } from './password-rules.ts';
import { hashPassword, NOBODYS_PASSWORD, Password, verifyPassword } from './passwords.ts';
import { hashSecret, newApiKey } from './tokens.ts';

export const CreateOwner = z.strictObject({
  email: Email,
  password: Password,
  teamName: z
    .string()
    .check(z.minLength(1), z.maxLength(100), z.refine(isFileName, 'Expected a name without control characters')),
});

export interface CreatedOwner {
  readonly userId: string;
  readonly teamId: string;
  /** Shown only once; the table has its hash. */
  readonly apiKey: string;
}

export interface CreateOwnerDeps {
  readonly accounts: Pick<AccountStore, 'createOwner' | 'personByEmail' | 'createApiKey'>;
  readonly newId: () => string;
  readonly clock: Clock;
}

/**
 * Makes the first person of a deployment, a team that they own, and a key with all scopes. Operators call it; no route does.
 *
 * Called again with the same address and password it makes another key: an operator who did not see the first answer tries again.
 */
export const createOwner =
  ({ accounts, newId, clock }: CreateOwnerDeps) =>
  async (request: z.infer<typeof CreateOwner>): Promise<CreatedOwner> => {
    const { email, password, teamName } = request;
    refuseCommonPassword(password, foldEmail(email), 'password');
    const createdAt = clock().toISOString();
    const team: Team = { id: newId(), name: teamName, createdAt };
    const user: User = {
      id: newId(),
      email: foldEmail(email),
      passwordHash: await hashPassword(password),
      passwordVersion: 0,
      guestUntil: null,
      defaultTeamId: team.id,
      createdAt,
    };
    const apiKey = newApiKey();
    const key: ApiKey = {
      id: newId(),
      teamId: team.id,
      userId: user.id,
      name: 'First key',
      scopes: ['media:read', 'media:write', 'media:delete', 'realtime:broadcast'],
      createdAt,
      memberSince: createdAt,
      expiresAt: null,
      lastUsedAt: null,
    };
    if (await accounts.createOwner(user, team, key, hashSecret(apiKey))) {
      return { userId: user.id, teamId: team.id, apiKey };
    }
    const known = await accounts.personByEmail(foldEmail(email));
    const home = known && homeOf(known);
    if (!home || !(await verifyPassword(password, known.user.passwordHash ?? NOBODYS_PASSWORD))) {
      throw new Error(`the e-mail address ${user.email} is taken`);
    }
    const owned = { userId: known.user.id, teamId: home.teamId };
    // A new key belongs to the present membership, whenever that began.
    await accounts.createApiKey({ ...key, ...owned, memberSince: undefined }, hashSecret(apiKey));
    return { ...owned, apiKey };
  };
