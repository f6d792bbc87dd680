import { describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { accessTokens } from '../../../functions/accounts/access-tokens.ts';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const ISSUER = 'https://api.example';
const current = signingKey('secret one');
const previous = signingKey('secret two');
const tokens = accessTokens(
  ISSUER,
  async () => [current, previous],
  () => NOW,
);
const claims = { userId: 'u', teamId: 't', sessionId: 's' };
const seconds = NOW.getTime() / 1000;

interface Forgery {
  alg?: string;
  typ?: string;
  kid?: string;
  iss?: string;
  aud?: string;
  exp?: number | null;
  key?: Parameters<SignJWT['sign']>[0];
}

const forge = ({
  alg = 'EdDSA',
  typ = 'at+jwt',
  kid = current.id,
  iss = ISSUER,
  aud = 'mediashelf',
  exp,
  key,
}: Forgery) => {
  const jwt = new SignJWT({ team: 't', sid: 's' })
    .setProtectedHeader({ alg, typ, kid })
    .setSubject('u')
    .setIssuer(iss)
    .setAudience(aud);
  if (exp !== null) jwt.setExpirationTime(exp ?? seconds + 60);
  return jwt.sign(key ?? current.privateKey);
};

describe('an access token', () => {
  it('names the user, the team and the login', async () =>
    expect(await tokens.verify(await tokens.sign(claims))).toMatchObject(claims));

  it('verifies after a rotation, while the previous key is alive', async () =>
    expect(await tokens.verify(await forge({ kid: previous.id, key: previous.privateKey }))).toMatchObject(claims));

  it('would verify if forged with nothing wrong (so that the refusals below mean something)', async () =>
    expect(await tokens.verify(await forge({}))).toMatchObject(claims));

  const unsigned = () =>
    new UnsecuredJWT({ team: 't', sid: 's' })
      .setSubject('u')
      .setIssuer(ISSUER)
      .setAudience('mediashelf')
      .setExpirationTime(seconds + 60)
      .encode();

  const cases: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['no signature', unsigned],
    ['another algorithm', () => forge({ alg: 'HS256', key: new TextEncoder().encode('x'.repeat(32)) })],
    [
      'the public key as an HMAC secret',
      () => forge({ alg: 'HS256', key: new Uint8Array(current.publicKey.export({ format: 'der', type: 'spki' })) }),
    ],
    ['an unknown key', () => forge({ kid: 'unknown' })],
    ['the signature of another key', () => forge({ key: signingKey('other').privateKey })],
    ['another issuer', () => forge({ iss: 'https://evil.example' })],
    ['another audience', () => forge({ aud: 'other' })],
    ['another type', () => forge({ typ: 'refresh+jwt' })],
    ['no expiry', () => forge({ exp: null })],
    ['an expiry in the past', () => forge({ exp: seconds - 1 })],
    ['garbage', () => 'a.b.c'],
  ];
  it.each(cases)('is refused with %s', async (_, make) => {
    await expect(tokens.verify(await make())).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
