import { describe, expect, it } from '@jest/globals';
import type { Authenticate } from '../../../functions/api/serve.ts';
import type { Role, Scope } from '../../../functions/domain/scopes.ts';
import { scopesOfRole } from '../../../functions/domain/scopes.ts';
import { type ConnectEvent, connect } from '../../../functions/realtime/connect.ts';

const HERE = 'https://api.example';

interface Circumstances {
  /** What becomes of the caller while their handshake is under way. */
  readonly meanwhile?: { role?: Role | undefined; session?: boolean; key?: boolean };
  readonly kind?: 'session' | 'api-key';
  readonly scopes?: readonly Scope[];
}

/** A handshake with these headers, and the connections that are open after it. */
const handshake = async (
  headers: Record<string, string>,
  query: Record<string, string> = {},
  { meanwhile = {}, kind = 'session', scopes = ['media:read'] }: Circumstances = {},
) => {
  const open = new Set<string>();
  const { role = 'editor', session = true, key = true } = meanwhile;
  const asked: unknown[] = [];
  const authenticate = (async (credential: unknown) => {
    asked.push(credential);
    return {
      ...{ userId: 'u', teamId: 't', role: 'owner', scopes: new Set(scopes) },
      credential: { kind, id: 'credential' },
    };
  }) as unknown as Authenticate;
  const answer = connect({
    authenticate,
    accounts: {
      redeemTicket: async () => undefined,
      role: async () => ('role' in meanwhile ? meanwhile.role : role),
      session: async () => (session ? ({ id: 'credential' } as never) : undefined),
      apiKeys: async () => (key ? [{ id: 'credential' } as never] : []),
    },
    connections: {
      open: async ({ id }) => void open.add(id),
      forget: async (id) => {
        open.delete(id);
        return undefined;
      },
    },
    publicUrl: HERE,
    clock: () => new Date(),
  })({ headers, queryStringParameters: query, requestContext: { connectionId: 'c' } } as unknown as ConnectEvent);
  const outcome = await answer.then(
    ({ statusCode }) => statusCode,
    ({ status }: { status: number }) => status,
  );
  return { outcome, open: open.size, asked };
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

  it.each([
    ['left the team', { meanwhile: { role: undefined } }],
    ['may do less than before', { meanwhile: { role: 'viewer' }, scopes: [...scopesOfRole('admin')] }],
    ['logged out', { meanwhile: { session: false } }],
    ['lost the key', { meanwhile: { key: false }, kind: 'api-key' }],
  ] as const)('leaves nothing open of somebody who %s meanwhile', async (_what, circumstances) =>
    expect(await handshake(bearer, {}, circumstances)).toMatchObject({ outcome: 401, open: 0 }),
  );

  it('is refused without the scope to read', async () =>
    expect(await handshake(bearer, {}, { scopes: ['media:create'] })).toMatchObject({ outcome: 403, open: 0 }));
});
