import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiKey, User } from '../../../functions/accounts/account-store.ts';
import { limitAttempts } from '../../../functions/accounts/password-attempts.ts';
import { requestReset, resetPassword } from '../../../functions/accounts/reset-password.ts';
import type { PasswordReset } from '../../../functions/accounts/reset-store.ts';
import { hashSecret } from '../../../functions/accounts/tokens.ts';
import type { MailTask } from '../../../functions/domain/mail.ts';

const now = new Date('2026-01-01T00:00:00Z');
const clock = () => now;
const TOKEN = 'the mailed token';
const FRESH = 'a long walk by the sea 7';

let taken: Map<string, number>;
let steps: string[];
let mails: MailTask[];
beforeEach(() => {
  taken = new Map();
  steps = [];
  mails = [];
});

const attempts = {
  take: async (subject: string, { most, seconds }: { most: number; seconds: number }) => {
    steps.push(subject.split('#')[0] ?? '');
    const before = taken.get(subject) ?? 0;
    if (before >= most) return seconds;
    taken.set(subject, before + 1);
    return undefined;
  },
  giveBack: async (subject: string) => void taken.set(subject, (taken.get(subject) ?? 1) - 1),
};

const request = (email: string, address = '192.0.2.1', isOn = true) =>
  requestReset({
    attempts,
    mail: isOn ? { add: async (task) => void mails.push(task) } : undefined,
    newId: () => crypto.randomUUID(),
    clock,
  })({ input: { email, language: 'en', address }, principal: undefined });

describe('a request for a new password', () => {
  it('does the same for every address, and looks no person up', async () => {
    await request(' Owner@Example.com ');
    const known = steps.splice(0);
    await request('unknown@example.com');
    expect(steps).toEqual(known);
    expect(mails.map(({ kind, ...task }) => [kind, 'email' in task && task.email])).toEqual([
      ['reset', 'owner@example.com'],
      ['reset', 'unknown@example.com'],
    ]);
  });

  it('is limited by the person, from however many addresses, and by the address that asks', async () => {
    for (let index = 0; index < 4; index += 1) await request('owner@example.com', `192.0.2.${index}`);
    await expect(request('OWNER@example.com', '192.0.2.9')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    for (let index = 0; index < 30; index += 1) await request(`p${index}@example.com`, '198.51.100.1');
    await expect(request('other@example.com', '198.51.100.1')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(mails).toHaveLength(34);
  });

  it('is refused with its reason where no mail is sent', async () => {
    await expect(request('owner@example.com', '192.0.2.1', false)).rejects.toMatchObject({ code: 'MAIL_OFF' });
    expect(steps).toEqual([]);
  });
});

const setup = (fields: Partial<User> = {}, expiresAt = '2026-01-01T00:30:00.000Z') => {
  const user: User = {
    ...{ id: 'u', email: 'owner@example.com', passwordHash: 'h', passwordVersion: 3 },
    ...{ defaultTeamId: 't', guestUntil: null, createdAt: now.toISOString() },
    ...fields,
  };
  const reset: PasswordReset = { userId: 'u', email: 'owner@example.com', passwordVersion: 3, expiresAt };
  const done: string[] = [];
  const use = resetPassword({
    accounts: {
      user: async () => user,
      person: async () => ({ user, teams: [{ teamId: 't', role: 'owner' }] }),
      apiKeys: async () => [{ id: 'k', userId: 'u' } as ApiKey],
      revokeApiKey: async (_, id) => {
        done.push(`key ${id}`);
        return true;
      },
    },
    teams: { member: async () => undefined, beginAnew: async () => true },
    resets: {
      reset: async (hash) => (hash === hashSecret(TOKEN) ? reset : undefined),
      useReset: async () => {
        const isFirst = !done.includes('used');
        done.push('used');
        return isFirst;
      },
      proveAddress: async () => void done.push('proven'),
    },
    limited: limitAttempts({ attempts, clock }),
    clock,
  });
  return {
    done,
    use: (token: string, more: { endEverything?: boolean; newPassword?: string } = {}) =>
      use({ input: { token, newPassword: FRESH, address: '192.0.2.1', ...more }, principal: undefined }),
  };
};

describe('a mailed token', () => {
  it('sets a password once, and ends what was set up before the address was proved', async () => {
    const { use, done } = setup();
    await use(TOKEN);
    expect(done).toEqual(['used', 'key k', 'proven']);
    await expect(use(TOKEN)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('leaves the keys of a person whose address was proved, unless they want them to end', async () => {
    const { use, done } = setup({ emailProvenAt: now.toISOString() });
    await use(TOKEN);
    expect(done).toEqual(['used', 'proven']);
    const other = setup({ emailProvenAt: now.toISOString() });
    await other.use(TOKEN, { endEverything: true });
    expect(other.done).toEqual(['used', 'key k', 'proven']);
  });

  it('is not used up by a password that is refused', async () => {
    const { use, done } = setup();
    await expect(use(TOKEN, { newPassword: 'owner@example.com' })).rejects.toMatchObject({ code: 'VALIDATION' });
    expect(done).toEqual([]);
  });

  it('is refused when it has expired, and guesses at it are limited', async () => {
    const late = setup({}, now.toISOString());
    await expect(late.use(TOKEN)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { use, done } = setup();
    for (let index = 0; index < 99; index += 1)
      await expect(use(`guess ${index}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(use('another')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(use(TOKEN)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(done).toEqual([]);
  });
});
