import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dialects } from '../../functions/dialects/dialects.ts';
import { routes } from '../../functions/dialects/route-table.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { mailTo } from '../support/drivers/mails.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Connected, connectTo } from '../support/drivers/realtime-client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

/**
 * Every route against every way in which a credential ends. Each credential reads by every route first, so that every
 * function remembers it; then all of them end, and every route is asked again: those that write at once, those that read once
 * half a minute is over.
 */
let runtime: Runtime;
const PASSWORD = 'a password for all';
const REMEMBERED_MILLISECONDS = 30_000;

/** A credential in each form that dialects take, where it has that form. */
interface Ended {
  readonly bearer: Client;
  readonly refresh: Client | undefined;
  readonly ear: Connected;
  /** What refuses it: unknown, or no longer allowed to do what the route asks for. */
  readonly refusals: readonly number[];
}
const ended = new Map<string, Ended>();
const GONE = [401];
const LESS = [401, 403];
const KINDS = {
  removed: GONE,
  demoted: LESS,
  'of a changed password': GONE,
  'of a new password by mail': GONE,
  'logged out': GONE,
  'a revoked key': GONE,
  'an expired key': GONE,
  'a key whose maker was removed': GONE,
  'of a team that is gone': GONE,
  'a guest whose time is over': GONE,
} as const;
type Kind = keyof typeof KINDS;
let endedAt = 0;

type Entry = (typeof routes)[number];
const guarded = routes.filter(
  ({ access, dialect, path }) =>
    access !== 'public' && access !== 'optional' && !(dialect === 'uppy' && path.includes('{token}')),
);
const isWrite = (route: Entry): boolean =>
  ('writes' in route && route.writes === true) || !['GET', 'HEAD'].includes(route.method);
const writes = guarded.filter(isWrite);
const reads = guarded.filter((route) => !isWrite(route));
const name = ({ method, path }: Entry): string => `${method} ${path}`;

/** What a route needs to be let through to its use case, where nothing is there to find. */
const BODIES: Readonly<Record<string, unknown>> = { 'POST /media/edit/{id}': { name: 'theirs', tags: [] } };
const knock = async (caller: Client, route: Entry): Promise<number> => {
  const id = route.dialect === 'admin' ? '1234567' : crypto.randomUUID();
  const path = route.path.replace('{id}', id).replace(/\{\w+\}/g, 'x');
  const json = BODIES[name(route)] ?? {};
  return (await caller.call(route.method, path, isWrite(route) && route.method !== 'GET' ? { json } : {})).status;
};
const suited = ({ bearer, refresh }: Ended, { dialect }: Entry): Client | undefined =>
  dialects[dialect].credentials.includes('bearer') ? bearer : refresh;

/** A demoted person is refused where their role is asked for, and by nothing else. */
const concerns = (kind: Kind, route: Entry): boolean =>
  kind !== 'demoted' || !['signed-in', 'media:read'].includes(route.access);

/** Answers of all routes that are not the refusal they should be. */
const lettingIn = async (kind: Kind, asked: readonly Entry[]): Promise<readonly string[]> => {
  const found: string[] = [];
  const person = ended.get(kind) as Ended;
  const queue = asked.filter((route) => concerns(kind, route)).values();
  const lane = async (): Promise<void> => {
    for (const route of queue) {
      const caller = suited(person, route);
      const status = caller && (await knock(caller, route));
      if (status !== undefined && !person.refusals.includes(status)) found.push(`${name(route)} answered ${status}`);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
  return found;
};

beforeAll(async () => {
  // Refused callers count by address, and all of these come from one.
  runtime = await startRuntime(['--memory', '-c', 'rateLimits.anonymousPerMinute=100000']);
  const { ready } = runtime;
  const teams = teamsOf(runtime);
  const ops = operator(ready);
  const anonymous = client(ready, {});
  const owner = await teams.anOwner();
  const endings: (() => Promise<unknown>)[] = [];

  const listen = (authorization: string) => connectTo(ready, { headers: { authorization } });
  const add = async (kind: Kind, authorization: string, cookie: string | undefined, end: () => Promise<unknown>) => {
    const refresh = cookie === undefined ? undefined : client(ready, { cookie });
    const ear = await listen(authorization);
    ended.set(kind, { bearer: client(ready, { authorization }), refresh, ear, refusals: KINDS[kind] });
    endings.push(end);
  };
  const loggedIn = async (email: string) => {
    const { body, headers } = await anonymous.call('POST', '/api/v1/auth/login', {
      json: { email, password: PASSWORD },
    });
    const cookie = headers
      .getSetCookie()
      .find((each) => each.includes('efreshToken='))
      ?.split(';', 1)[0];
    return { authorization: `Bearer ${body.data.accessToken}`, cookie };
  };
  const ofMember = async (kind: Kind, role: string, end: (userId: string, email: string) => Promise<unknown>) => {
    const { userId, email } = await teams.aMember(owner, role);
    const { authorization, cookie } = await loggedIn(email);
    await add(kind, authorization, cookie, () => end(userId, email));
  };
  const member = (userId: string) => `/api/v1/teams/${owner.teamId}/members/${userId}`;
  const aKey = async (api: Client, expiresAt?: string) => {
    const scopes = ['media:read', 'media:write', 'media:delete', 'realtime:broadcast'];
    return (
      await api.call('POST', '/api/v1/api-keys', { json: { name: 'k', scopes, ...(expiresAt ? { expiresAt } : {}) } })
    ).body.data as { id: string; key: string };
  };
  const removeAll = async (matches: (item: { pk: string; sk: string }) => boolean) => {
    for (const item of (await ops.items()) as { pk: string; sk: string }[]) {
      if (matches(item)) await ops.removeItem({ pk: item.pk, sk: item.sk });
    }
  };

  await ofMember('removed', 'admin', (id) => owner.api.call('DELETE', member(id)));
  await ofMember('demoted', 'admin', (id) => owner.api.call('PATCH', member(id), { json: { role: 'viewer' } }));
  await ofMember('of a changed password', 'admin', async (_, email) => {
    const json = { currentPassword: PASSWORD, newPassword: 'another password for all' };
    return (await teams.login(email)).api.call('POST', '/api/v1/auth/password', { json });
  });
  await ofMember('of a new password by mail', 'admin', async (_, email) => {
    await anonymous.call('POST', '/api/v1/auth/password-resets', { json: { email } });
    // The first mail was the invitation.
    const { token } = await mailTo(ready, email, 2);
    const json = { token, newPassword: 'another password for all' };
    return anonymous.call('POST', '/api/v1/auth/password-resets/use', { json });
  });
  await ofMember(
    'logged out',
    'admin',
    () => ended.get('logged out')?.bearer.call('POST', '/api/v1/auth/logout') ?? Promise.resolve(),
  );
  const revoked = await aKey(owner.api);
  await add('a revoked key', `Bearer ${revoked.key}`, undefined, () =>
    owner.api.call('DELETE', `/api/v1/api-keys/${revoked.id}`),
  );
  const maker = await teams.aMember(owner, 'admin');
  const made = await aKey(maker.api);
  await add('a key whose maker was removed', `Bearer ${made.key}`, undefined, () =>
    owner.api.call('DELETE', member(maker.userId)),
  );
  const other = await teams.anOwner();
  const alone = await loggedIn(other.email);
  await add('of a team that is gone', alone.authorization, alone.cookie, () =>
    removeAll(({ pk, sk }) => pk === `TEAM#${other.teamId}` || sk === `MEMBER#${other.teamId}`),
  );

  /** Reads by every route, so that every function remembers who it is. */
  const beRemembered = async (kind: Kind): Promise<void> => {
    const person = ended.get(kind) as Ended;
    await Promise.all(
      reads.map(async (route) => {
        const caller = suited(person, route);
        if (!caller || route.path === '/api/v1/events') return;
        const status = await knock(caller, route);
        if (status === 401) throw new Error(`${kind} was not let in by ${name(route)}`);
      }),
    );
  };
  for (const kind of [...ended.keys()] as Kind[]) await beRemembered(kind);

  // What ends by the clock comes last, with time enough for every function to remember it.
  const guest = await anonymous.call('POST', '/api/v1/auth/guest', { json: {} });
  const guestId = guest.body.data.user.id as string;
  const over = Date.now() + 45_000;
  const session = (await ops.items()).find(({ sk, userId }) => sk === 'SESSION' && userId === guestId);
  const guestUntil = new Date(over).toISOString();
  await ops.putItem({ ...session, expiresAt: guestUntil });
  const cookie = guest.headers
    .getSetCookie()
    .find((each) => each.includes('efreshToken='))
    ?.split(';', 1)[0];
  await add('a guest whose time is over', `Bearer ${guest.body.data.accessToken}`, cookie, async () => undefined);
  const { key } = await aKey(owner.api, new Date(over).toISOString());
  await add('an expired key', `Bearer ${key}`, undefined, async () => undefined);

  for (const kind of ['a guest whose time is over', 'an expired key'] as const) await beRemembered(kind);
  await pause(Math.max(0, over - Date.now()));
  for (const end of endings) await end();
  endedAt = Date.now();
}, 300_000);
afterAll(async () => {
  for (const { ear } of ended.values()) ear.cut();
  await runtime?.stop();
});

const kinds = Object.keys(KINDS) as Kind[];

describe('a credential that ended', () => {
  it.each(kinds)('closes its connection within seconds: %s', async (kind) =>
    expect(await ended.get(kind)?.ear.closedWith(5000)).toEqual(expect.any(Number)),
  );

  it.each(kinds)('opens no other connection: %s', async (kind) => {
    const { bearer } = ended.get(kind) as Ended;
    const { status } = await bearer.call('POST', '/api/v1/realtime/tickets', { json: {} });
    // A viewer listens as well, to what viewers hear.
    expect(status).toBe(kind === 'demoted' ? 201 : 401);
  });

  it.each(kinds)('writes nothing from that moment on, by any route: %s', async (kind) =>
    expect(await lettingIn(kind, writes)).toEqual([]),
  );

  it('reads nothing half a minute later, by any route', async () => {
    await pause(Math.max(0, endedAt + REMEMBERED_MILLISECONDS + 500 - Date.now()));
    for (const kind of kinds) expect([kind, await lettingIn(kind, reads)]).toEqual([kind, []]);
  }, 120_000);
});
