import { scryptSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Person, User } from '../../../functions/accounts/account-store.ts';
import type { Attempts } from '../../../functions/accounts/attempt-store.ts';
import { changePassword } from '../../../functions/accounts/change-password.ts';
import { deviceTokens } from '../../../functions/accounts/device-tokens.ts';
import { login } from '../../../functions/accounts/login.ts';
import { limitAttempts } from '../../../functions/accounts/password-attempts.ts';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const PASSWORD = 'the right password';
let now = new Date('2026-01-01T00:00:00Z');
const clock = () => now;
const newId = () => crypto.randomUUID();
/** Verifies in no time: what is tested here is how often one may try. */
const passwordHash = [
  'scrypt',
  1024,
  8,
  1,
  'c2FsdA==',
  scryptSync(PASSWORD, 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64'),
].join('$');

/** Attempts counted in memory: an attempt that was refused by a counter counts there no more. */
const memoryAttempts = () => {
  const taken = new Map<string, number>();
  const attempts: Attempts = {
    take: async (subject, { most, seconds }) => {
      const before = taken.get(subject) ?? 0;
      if (before >= most) return seconds;
      taken.set(subject, before + 1);
      return undefined;
    },
    giveBack: async (subject) => void taken.set(subject, (taken.get(subject) ?? 1) - 1),
  };
  return { attempts, taken };
};

const setup = () => {
  const user: User = {
    id: 'owner',
    email: 'owner@example.com',
    passwordHash,
    passwordVersion: 0,
    defaultTeamId: 't',
    guestUntil: null,
    createdAt: now.toISOString(),
  };
  const people = new Map<string, Person>([['owner@example.com', { user, teams: [{ teamId: 't', role: 'owner' }] }]]);
  const { attempts, taken } = memoryAttempts();
  const devices = deviceTokens('issuer', async () => [signingKey('secret')], clock, newId);
  const limited = limitAttempts({ attempts, clock });
  const signIn = login({
    accounts: {
      personByEmail: async (email) =>
        people.get(email) ?? (email.startsWith('nobody') ? undefined : { user: { ...user, id: email }, teams: [] }),
      team: async (id) => ({ id, name: 'T', createdAt: '' }),
      putSession: async () => {},
    },
    tokens: { sign: async () => 'token' },
    devices,
    limited,
    newId,
    clock,
  });
  const change = changePassword({
    accounts: {
      person: async () => people.get('owner@example.com'),
      team: async (id) => ({ id, name: 'T', createdAt: '' }),
      changePassword: async () => true,
      apiKeys: async () => [],
      revokeApiKey: async () => true,
    },
    teams: { member: async () => undefined, beginAnew: async () => true },
    tokens: { sign: async () => 'token' },
    devices,
    limited,
    newId,
    clock,
  });
  return {
    taken,
    devices,
    user,
    setPasswordVersion: (passwordVersion: number) =>
      void people.set('owner@example.com', {
        user: { ...user, passwordVersion },
        teams: [{ teamId: 't', role: 'owner' }],
      }),
    attempt: async (password: string, address: string, device?: string, email = 'owner@example.com') => {
      try {
        return await signIn({ input: { email, password, address, device }, principal: undefined });
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
    change: async (currentPassword: string, session: string) => {
      const principal: Principal = { ...aPrincipal(), credential: { kind: 'session', id: session } };
      try {
        return await change({ input: { currentPassword, newPassword: 'some other password' }, principal });
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  };
};

let context: ReturnType<typeof setup>;
beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
  context = setup();
});

const guess = async (times: number, address: string, device?: string, email?: string) => {
  let answer: unknown;
  for (let time = 0; time < times; time += 1) answer = await context.attempt(`guess ${time}`, address, device, email);
  return answer;
};
const opened = expect.objectContaining({ accessToken: 'token' });
/** Uses up what the account alone has, as a stranger with many addresses. */
const lockAccount = () => {
  for (const subject of [...context.taken.keys()]) if (subject.startsWith('account#')) context.taken.set(subject, 500);
};

describe('a stranger who guesses', () => {
  it('locks out only callers at the same address', async () => {
    expect(await guess(11, '203.0.113.1')).toBe('RATE_LIMITED');
    expect(await context.attempt(PASSWORD, '203.0.113.1')).toBe('RATE_LIMITED');
    expect(await context.attempt(PASSWORD, '198.51.100.1')).toEqual(opened);
  });

  it('uses up nothing that others share once the address has no attempts left', async () => {
    await guess(200, '203.0.113.1');
    const counted = [...context.taken].map(([subject, taken]) => [subject.split('#')[0], taken]);
    expect(Object.fromEntries(counted)).toEqual({ pair: 10, address: 10, account: 10 });
  });

  it('is limited for one account from any number of addresses, and for all accounts from one address', async () => {
    await guess(1, '203.0.113.1');
    lockAccount();
    expect(await context.attempt(PASSWORD, '203.0.113.99')).toBe('RATE_LIMITED');
    for (let account = 0; account < 10; account += 1) await guess(10, '192.0.2.1', undefined, `${account}@example.com`);
    expect(await guess(1, '192.0.2.1', undefined, 'one-more@example.com')).toBe('RATE_LIMITED');
  });

  it('is counted alike whether the account exists or not', async () => {
    await guess(3, '203.0.113.1');
    const known = [...context.taken.values()];
    context = setup();
    await guess(3, '203.0.113.1', undefined, 'nobody@example.com');
    expect([...context.taken.values()]).toEqual(known);
  });
});

describe('a device on which the person signed in before', () => {
  const signedIn = async (): Promise<string> => {
    const answer = (await context.attempt(PASSWORD, '198.51.100.1')) as { device: string };
    return answer.device;
  };

  it('opens with the right password though strangers used up the account and the address', async () => {
    const device = await signedIn();
    await guess(11, '198.51.100.1');
    lockAccount();
    expect(await context.attempt(PASSWORD, '198.51.100.1')).toBe('RATE_LIMITED');
    expect(await context.attempt(PASSWORD, '198.51.100.1', device)).toEqual(opened);
  });

  it('has a counter of its own', async () => {
    const device = await signedIn();
    expect(await guess(10, '198.51.100.1', device)).toBe('UNAUTHORIZED');
    expect(await context.attempt(PASSWORD, '198.51.100.1', device)).toBe('RATE_LIMITED');
    expect(await context.attempt(PASSWORD, '198.51.100.1')).toEqual(opened);
  });

  it.each<[string, (device: string) => string | Promise<string>]>([
    ['of another person', () => context.devices.sign({ id: 'someone-else', passwordVersion: 0 })],
    ['that was made up', () => 'a.b.c'],
    ['that was changed', (device) => device.replace(/\.[^.]/, (start) => (start === '.e' ? '.f' : '.e'))],
    [
      'signed by a key that is not ours',
      () => deviceTokens('issuer', async () => [signingKey('other')], clock, newId).sign(context.user),
    ],
  ])('is no device %s', async (_, made) => {
    const device = await made(await signedIn());
    await guess(10, '203.0.113.1', device);
    expect(await context.attempt(PASSWORD, '203.0.113.1', device)).toBe('RATE_LIMITED');
    expect([...context.taken.keys()].some((subject) => subject.startsWith('device#'))).toBe(false);
  });

  it('is none after a change of the password, and none after half a year', async () => {
    const device = await signedIn();
    expect(await context.devices.deviceOf(device, context.user)).toBeDefined();
    expect(await context.devices.deviceOf(device, { ...context.user, passwordVersion: 1 })).toBeUndefined();
    now = new Date('2026-07-01T00:00:00Z');
    expect(await context.devices.deviceOf(device, context.user)).toBeUndefined();
  });
});

describe('an attempt that judges no password', () => {
  const counters = [
    { subject: 'own', allowance: { most: 10, seconds: 900 } },
    { subject: 'shared', allowance: { most: 1, seconds: 900 } },
  ];

  it('does not count when the check itself fails', async () => {
    const { attempts, taken } = memoryAttempts();
    const check = () => Promise.reject(new Error('the table is busy'));
    await expect(limitAttempts({ attempts, clock })(counters, check)).rejects.toThrow('the table is busy');
    expect([...taken.values()]).toEqual([0, 0]);
  });

  it('does not count for the caller when others used up what they share', async () => {
    const { attempts, taken } = memoryAttempts();
    taken.set('shared', 1);
    await expect(limitAttempts({ attempts, clock })(counters, async () => true)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    expect(Object.fromEntries(taken)).toEqual({ own: 0, shared: 1 });
  });
});

describe('a change of the password', () => {
  it('is counted for the login that asks, whatever strangers do', async () => {
    await guess(11, '203.0.113.1');
    lockAccount();
    const changed = (await context.change(PASSWORD, 'session-1')) as { device: string };
    context.setPasswordVersion(1);
    expect(await context.devices.deviceOf(changed.device, { ...context.user, passwordVersion: 1 })).toBeDefined();
  });

  it('is over for a login after ten wrong ones, and for no other', async () => {
    for (let time = 0; time < 10; time += 1) expect(await context.change('wrong', 'session-1')).toBe('VALIDATION');
    expect(await context.change(PASSWORD, 'session-1')).toBe('RATE_LIMITED');
    expect(await context.change(PASSWORD, 'session-2')).toMatchObject({ device: expect.any(String) });
  });
});
