import { describe, expect, it } from '@jest/globals';
import type { ApiKey, Session, Ticket } from '../../../functions/accounts/account-store.ts';
import type { Role, Scope } from '../../../functions/domain/scopes.ts';
import { scopesOfRole } from '../../../functions/domain/scopes.ts';
import type { Authenticate } from '../../../functions/http/api-context.ts';
import type { Caller } from '../../../functions/http/rate-limit.ts';
import { type ConnectEvent, connect } from '../../../functions/realtime/connect.ts';
import type { Connection } from '../../../functions/realtime/connection.ts';

const HERE = 'https://api.example';

interface Circumstances {
  /** What becomes of the caller while their handshake is under way. */
  readonly meanwhile?: State;
  readonly kind?: 'session' | 'api-key';
  readonly scopes?: readonly Scope[];
  /** What the ticket was made with that comes in the query. */
  readonly ticket?: Partial<Ticket>;
  readonly guest?: boolean;
  /** How the person stands when the handshake begins. */
  readonly before?: State;
  /** Those of whom as many connections are open as may be. */
  readonly full?: readonly string[];
}

/** How a person and their credentials stand. */
interface State {
  readonly role?: Role | undefined;
  readonly session?: Partial<Session> | undefined;
  readonly key?: Partial<ApiKey> | undefined;
  readonly passwordVersion?: number;
  readonly since?: string;
}

const NOW = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const STANDING = {
  role: 'editor',
  since: at(-60),
  passwordVersion: 0,
  session: { id: 'credential', userId: 'u', passwordVersion: 0, expiresAt: at(86_400) },
  key: { id: 'credential', userId: 'u', teamId: 't', scopes: ['media:read'], createdAt: at(-60), expiresAt: null },
} as const satisfies State;

/** A handshake with these headers, and the connections that are open after it. */
const handshake = async (
  headers: Record<string, string>,
  query: Record<string, string> = {},
  {
    before = {},
    meanwhile = {},
    kind = 'session',
    scopes = ['media:read'],
    ticket,
    guest = false,
    full = [],
  }: Circumstances = {},
) => {
  const open = new Map<string, Connection>();
  const planned: number[] = [];
  const counted: Caller[] = [];
  let heard: readonly string[] = [];
  const together = new Map<string, number>();
  const asked: unknown[] = [];
  let state: State = { ...STANDING, ...before };
  const authenticate = (async (credential: unknown) => {
    asked.push(credential);
    return {
      ...{ userId: 'u', teamId: 't', role: 'owner', scopes: new Set(scopes) },
      credential: { kind, id: 'credential' },
      ...(guest ? { guest } : {}),
    };
  }) as unknown as Authenticate;
  const user = {
    id: 'u',
    email: null,
    passwordHash: null,
    defaultTeamId: 't',
    guestUntil: guest ? at(86_400) : null,
    createdAt: '',
  };
  const by = { kind: kind === 'session' ? 'login' : 'api-key', id: 'credential' } as const;
  const answer = connect({
    authenticate,
    accounts: {
      redeemTicket: async () =>
        ticket && { id: 'h', userId: 'u', teamId: 't', scopes, by, expiresAt: at(60), ...ticket },
      standing: async () => state.role && { role: state.role, since: state.since ?? '' },
      session: async () => state.session as Session | undefined,
      apiKeyById: async () => state.key as ApiKey | undefined,
      person: async () => ({
        user: { ...user, passwordVersion: state.passwordVersion ?? 0 },
        teams: state.role ? [{ teamId: 't', role: state.role }] : [],
      }),
    },
    limit: async (caller) => {
      counted.push(caller);
      return undefined;
    },
    settings: {
      realtime: {
        ...{ connectionsPerPerson: 2, connectionsPerGuest: 1, connectionsOfGuestsPerAddress: 3 },
        ...{ handshakesPerMinute: 9, messagesPerMinute: 9 },
      },
    },
    forgetLost: async () => {},
    connections: {
      count: async ({ userId }, most) => {
        together.set(userId, most);
        return !full.includes(userId);
      },
      recount: async () => [],
      open: async (connection, channels = []) => {
        heard = channels;
        open.set(connection.id, connection);
        state = { ...state, ...meanwhile };
      },
      forget: async (id) => {
        open.delete(id);
        return undefined;
      },
    },
    endAt: async (_, end) => void planned.push(end.getTime()),
    publicUrl: HERE,
    clock: () => new Date(NOW),
  })({
    headers,
    queryStringParameters: query,
    requestContext: { connectionId: 'c', identity: { sourceIp: '2001:db8::1' } },
  } as unknown as ConnectEvent);
  const outcome = await answer.then(
    ({ statusCode }) => statusCode,
    ({ status }: { status: number }) => status,
  );
  const connection = open.get('c');
  return { outcome, open: open.size, asked, endsAt: connection?.endsAt, planned, counted, heard, connection, together };
};

const cookie = 'session=abc; other=1';
const bearer = { authorization: 'Bearer abc' };
const protocol = { 'sec-websocket-protocol': 'mediashelf, bearer.abc' };

describe('a handshake by cookie', () => {
  it('opens for a page of the same origin', async () =>
    expect(await handshake({ cookie, origin: HERE })).toMatchObject({ outcome: 200, open: 1 }));

  it.each([
    undefined,
    'null',
    'https://evil.example',
    'https://api.example.evil.example',
    'https://evil-api.example',
    'http://api.example',
    'https://api.example:8443',
  ])('is refused with the origin %s', async (origin) =>
    expect(await handshake({ cookie, ...(origin ? { origin } : {}) })).toMatchObject({
      outcome: 403,
      open: 0,
      asked: [],
    }),
  );
});

/** Each way in which what opened a connection ends. */
const ENDED = [
  ['left the team', 'session', { role: undefined }],
  ['logged out', 'session', { session: undefined }],
  ['changed the password', 'session', { passwordVersion: 1 }],
  ['has a login that expired', 'session', { session: { ...STANDING.session, expiresAt: at(0) } }],
  ['lost the key', 'api-key', { key: undefined }],
  ['has a key that expired', 'api-key', { key: { ...STANDING.key, expiresAt: at(0) } }],
  ['left the team of the key', 'api-key', { role: undefined }],
  ['left the team of the key and came back', 'api-key', { since: at(-1) }],
] as const satisfies readonly (readonly [string, 'session' | 'api-key', State])[];

describe('a handshake', () => {
  it.each([
    ['a header', bearer],
    ['a subprotocol', protocol],
    ['a subprotocol, and the cookie that a browser adds', { ...protocol, cookie, origin: 'https://elsewhere.example' }],
    ['a header, and the cookie that came along', { ...bearer, cookie, origin: HERE }],
  ])('opens by %s', async (_by, headers) => {
    const { outcome, asked } = await handshake(headers);
    expect([outcome, asked]).toEqual([200, [{ kind: 'bearer', token: 'abc' }]]);
  });

  it.each([
    ['a header and a subprotocol', { ...bearer, ...protocol }, {}],
    ['a header and a ticket', bearer, { ticket: 'x' }],
    ['a subprotocol and a ticket', protocol, { ticket: 'x' }],
  ])('is refused with %s, since it would be unclear whose it is', async (_what, headers, query) =>
    expect(await handshake(headers as Record<string, string>, query as Record<string, string>)).toMatchObject({
      outcome: 400,
      open: 0,
      asked: [],
    }),
  );

  it.each([
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['the refresh cookie', { cookie: 'refreshToken=abc', origin: HERE }],
  ])('is refused with %s', async (_what, headers) =>
    expect(await handshake(headers as Record<string, string>)).toMatchObject({ outcome: 401, open: 0 }),
  );

  it.each(ENDED)('leaves nothing open of a person who %s meanwhile', async (_what, kind, meanwhile) =>
    expect(await handshake(bearer, {}, { meanwhile, kind })).toMatchObject({ outcome: 401, open: 0 }),
  );

  it('opens no connection of a person whose role was lowered meanwhile', async () => {
    const scopes = [...scopesOfRole('admin')];
    const before = { role: 'admin' } as const;
    expect(await handshake(bearer, {}, { before, scopes })).toMatchObject({ outcome: 200 });
    const meanwhile = { role: 'viewer' } as const;
    expect(await handshake(bearer, {}, { before, meanwhile, scopes })).toMatchObject({ outcome: 401, open: 0 });
  });

  it('is planned to end with a key that expires while it is open, and with no other', async () => {
    const key = { ...STANDING.key, expiresAt: at(90) };
    const soon = await handshake(bearer, {}, { before: { key }, kind: 'api-key' });
    expect(soon).toMatchObject({ outcome: 200, endsAt: NOW + 90_000, planned: [NOW + 90_000] });
    const late = { ...STANDING.key, expiresAt: at(7200) };
    const free = await handshake(bearer, {}, { before: { key: late }, kind: 'api-key' });
    expect([free.outcome, free.endsAt, free.planned]).toEqual([200, undefined, []]);
  });

  it('is planned to end with a guest whose time is over', async () => {
    const session = { ...STANDING.session, expiresAt: at(5) };
    expect(await handshake(bearer, {}, { before: { session } })).toMatchObject({ endsAt: NOW + 5000 });
  });

  it.each([
    ['header', {}],
    ['ticket', { ticket: {} }],
  ] as const)('of a guest by %s counts for the address as well, which makes many guests', async (_by, how) => {
    const [headers, query] = 'ticket' in how ? [{}, { ticket: 'secret' }] : [bearer, {}];
    const { counted, connection } = await handshake(headers, query, { ...how, guest: true });
    const address = '2001:db8:0:0';
    expect(counted).toEqual([
      { kind: 'user', id: 'handshake#u' },
      { kind: 'address', id: address },
    ]);
    expect(connection).toMatchObject({ guest: true, address });
    expect((await handshake(bearer)).counted).toEqual([{ kind: 'user', id: 'handshake#u' }]);
  });

  it('of a guest are open beside those of all guests of the address, which have a bound together', async () => {
    const { outcome, together } = await handshake(bearer, {}, { guest: true });
    expect([outcome, ...together]).toEqual([200, ['u', 1], ['guests#2001:db8:0:0', 3]]);
    const full = ['guests#2001:db8:0:0'];
    expect(await handshake(bearer, {}, { guest: true, full })).toMatchObject({ outcome: 429, open: 0 });
    expect(await handshake(bearer, {}, { full })).toMatchObject({ outcome: 200, open: 1 });
  });

  it('of a key counts for all keys of its maker, which have half of what a person has', async () => {
    const { counted, together } = await handshake(bearer, {}, { kind: 'api-key', full: ['u'] });
    expect(counted).toEqual([{ kind: 'key', id: 'handshake#keys#u' }]);
    expect([...together]).toEqual([['keys#u', 1]]);
    expect(await handshake(bearer, {}, { kind: 'api-key', full: ['keys#u'] })).toMatchObject({ outcome: 429, open: 0 });
    expect(await handshake(bearer, {}, { full: ['keys#u'] })).toMatchObject({ outcome: 200, open: 1 });
  });

  it('notes whether a login or a key opened it, and lets a key hear nothing that is said to its maker', async () => {
    const login = await handshake(bearer);
    expect(login.connection).toMatchObject({ credentialKind: 'login' });
    expect(login.heard).toContain('user:u');
    for (const [headers, query, how] of [
      [bearer, {}, {}],
      [{}, { ticket: 'secret' }, { ticket: {} }],
    ] as const) {
      const key = await handshake(headers, query, { ...how, kind: 'api-key' });
      expect(key.connection).toMatchObject({ credentialKind: 'api-key' });
      expect(key.heard).toEqual(['media', 'uploads', 'team', 'keys:u']);
    }
  });

  it('is refused without the scope to read', async () =>
    expect(await handshake(bearer, {}, { scopes: ['media:create'] })).toMatchObject({ outcome: 403, open: 0 }));
});

describe('a ticket', () => {
  const query = { ticket: 'secret' };
  const ticket = {};

  it('opens a connection of its maker while the credential that made it is valid', async () =>
    expect(await handshake({}, query, { ticket })).toMatchObject({ outcome: 200, open: 1 }));

  it.each(ENDED)('opens nothing for a person who %s', async (_what, kind, before) =>
    expect(await handshake({}, query, { ticket, before, kind })).toMatchObject({ outcome: 401, open: 0 }),
  );

  it('opens nothing after its minute, and nothing for another person than its credential is of', async () => {
    expect(await handshake({}, query, { ticket: { expiresAt: at(0) } })).toMatchObject({ outcome: 401 });
    expect(await handshake({}, query, { ticket: { userId: 'v' } })).toMatchObject({ outcome: 401 });
    expect(await handshake({}, query, {})).toMatchObject({ outcome: 401 });
  });
});
