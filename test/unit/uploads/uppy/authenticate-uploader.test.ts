import { describe, expect, it } from '@jest/globals';
import { accessTokens } from '../../../../functions/accounts/access-tokens.ts';
import type { ApiKey, Session } from '../../../../functions/accounts/account-store.ts';
import { signingKey } from '../../../../functions/accounts/signing-keys.ts';
import { UPLOAD_TOKEN_SECONDS, type UploadClaims, uploadTokens } from '../../../../functions/accounts/upload-tokens.ts';
import { MediaError } from '../../../../functions/domain/errors.ts';
import { namedBy } from '../../../../functions/domain/principal.ts';
import type { Role } from '../../../../functions/domain/scopes.ts';
import { uploaderAuthenticator } from '../../../../functions/uploads/uppy/authenticate-uploader.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const later = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** A person in two teams, with a login and a key, whose state a test changes. */
const setup = () => {
  let now = START;
  const clock = () => new Date(now);
  const keys = async () => [signingKey('a secret')];
  const tokens = uploadTokens('https://api.example', keys, clock);
  const roles = new Map<string, Role>([
    ['home', 'editor'],
    ['second', 'viewer'],
  ]);
  const session = { id: 's', userId: 'u', passwordVersion: 0, expiresAt: later(86_400 * 7) } as Session;
  const key = {
    id: 'k',
    teamId: 'home',
    userId: 'u',
    createdAt: '',
    scopes: ['media:create', 'media:read'],
    expiresAt: null,
  } as const;
  const state: { session: Session | undefined; key: ApiKey | undefined } = { session, key: key as unknown as ApiKey };
  const user = {
    id: 'u',
    passwordVersion: 0,
    defaultTeamId: 'home',
    guestUntil: null,
    email: 'u@example.com',
  } as const;
  const authenticate = uploaderAuthenticator(
    async () => {
      throw new MediaError('UNAUTHORIZED', 'asked the others');
    },
    {
      accounts: {
        session: async () => state.session,
        apiKeyById: async () => state.key,
        standing: async (teamId) => {
          const role = roles.get(teamId);
          return role && { role, since: '' };
        },
        person: async () => ({
          user: { ...user, passwordHash: '', createdAt: '' },
          teams: [...roles].map(([teamId, role]) => ({ teamId, role })),
        }),
      },
      tokens,
      clock,
    },
  );
  return {
    roles,
    state,
    wait: (seconds: number) => {
      now += seconds * 1000;
    },
    access: accessTokens('https://api.example', keys, clock),
    tokens,
    asking: async (claims: Partial<UploadClaims> = {}, teamId?: string) => {
      const token = await tokens.sign({ userId: 'u', teamId: 'home', by: { kind: 'login', id: 's' }, ...claims });
      return () => authenticate({ kind: 'upload-token', token }, { fresh: true, teamId });
    },
    authenticate,
  };
};
const BY_KEY = { by: { kind: 'api-key', id: 'k' } } as const;

describe('an upload token', () => {
  it.each([{}, BY_KEY])('lets its holder create in one team and do nothing else (%j)', async (claims) => {
    const principal = await (await setup().asking(claims))();
    expect(principal).toMatchObject({ userId: 'u', teamId: 'home', teams: [{ teamId: 'home', role: 'editor' }] });
    expect([...principal.scopes]).toEqual(['media:create']);
  });

  it.each([
    { kind: 'api-key', id: 'k' },
    { kind: 'login', id: 's' },
  ] as const)('names the credential that it was made with: $kind', async (by) => {
    expect(namedBy(await (await setup().asking({ by }))())).toEqual(by);
  });

  it('tells of which password its login is, for what it begins to be held against', async () => {
    const versionOf = async (claims = {}) => (await (await setup().asking(claims))()).credential.passwordVersion;
    expect(await versionOf()).toBe(0);
    expect(await versionOf(BY_KEY)).toBeUndefined();
  });

  it('ends after six hours', async () => {
    const { asking, wait } = setup();
    const ask = await asking();
    wait(UPLOAD_TOKEN_SECONDS - 1);
    await ask();
    wait(1);
    await expect(ask()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('ends with its login, its key, or the place in the team', async () => {
    const { asking, state, roles } = setup();
    const [byLogin, byKey] = [await asking(), await asking(BY_KEY)];
    roles.delete('home');
    for (const ask of [byLogin, byKey]) await expect(ask()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    roles.set('home', 'editor');
    state.session = undefined;
    state.key = undefined;
    for (const ask of [byLogin, byKey]) await expect(ask()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('permits nothing once its person is a viewer', async () => {
    const { asking, roles } = setup();
    const asks = [await asking(), await asking(BY_KEY)];
    roles.set('home', 'viewer');
    for (const ask of asks) expect((await ask()).scopes.size).toBe(0);
  });

  it('is judged by the role in its own team, not in the default one', async () => {
    const { asking, roles } = setup();
    const ask = await asking({ teamId: 'second' });
    expect([...(await ask()).scopes]).toEqual([]);
    roles.set('second', 'editor');
    expect(await ask()).toMatchObject({ teamId: 'second' });
  });

  it('knows no other team than its own', async () => {
    await expect((await setup().asking({}, 'second'))()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await (await setup().asking({}, 'home'))()).toMatchObject({ teamId: 'home' });
  });

  it('belongs to the same person as its login', async () => {
    await expect((await setup().asking({ userId: 'other' }))()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is no access token, and the other way round', async () => {
    const { access, tokens, authenticate } = setup();
    const upload = await tokens.sign({ userId: 'u', teamId: 'home', by: { kind: 'login', id: 's' } });
    await expect(access.verify(upload)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    const token = await access.sign({ userId: 'u', teamId: 'home', sessionId: 's' });
    await expect(authenticate({ kind: 'upload-token', token }, { fresh: true })).rejects.toMatchObject({ status: 401 });
    await expect(authenticate({ kind: 'bearer', token: upload }, { fresh: true })).rejects.toThrow('asked the others');
  });
});
