import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { edgeSigner } from '../../../functions/edge/edge-signer.ts';
import { pictureCookies } from '../../../functions/http/cookies.ts';
import { openRenditions } from '../../../functions/media/open-renditions.ts';
import { edgeRenditions } from '../../../functions/media/rendition-address.ts';
import { isSigned } from '../../../local/edge/signed.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const origin = 'https://media.example';
const START = Date.parse('2030-01-01T00:00:10Z');
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (type: 'pkcs8' | 'spki') =>
  (type === 'pkcs8'
    ? pair.privateKey.export({ format: 'pem', type })
    : pair.publicKey.export({ format: 'pem', type })
  ).toString();
const keys = new Map([['K1', pem('spki')]]);
const clock = { now: START };
const signer = edgeSigner({ publicUrl: origin, keyId: 'K1', privateKey: pem('pkcs8') }, () => clock.now);

/** Whether the edge opens an address. */
const opens = (url: string, { cookie = '', after = 0 }: { cookie?: string; after?: number } = {}): boolean => {
  const request = { url: url.replace(origin, ''), headers: { cookie } } as unknown as IncomingMessage;
  return isSigned(request, { origin, keys, now: START + after * 1000 });
};
const folder = { teamId: 'team', mediaId: 'media', fileVersion: 'v1' };

describe('a signed address at the edge', () => {
  it('opens the renditions of its file, and nothing else', () => {
    const address = signer.address(folder, 'small');
    expect(address.startsWith(`${origin}/o/team/media/v1/small?`)).toBe(true);
    expect(opens(address)).toBe(true);
    expect(opens(address.replace('/small?', '/medium?'))).toBe(true);
    for (const other of ['/team/media/v2/', '/team/other/v1/', '/other/media/v1/', '/team/media/v10/']) {
      expect(opens(address.replace('/team/media/v1/', other))).toBe(false);
    }
    expect(opens(address.replace(/Signature=.{4}/, 'Signature=AAAA'))).toBe(false);
    expect(opens(address.replace(/Policy=.{4}/, 'Policy=AAAA'))).toBe(false);
  });

  it('is the same for a minute, then another, and opens for three to four minutes', () => {
    const first = signer.address(folder, 'small');
    clock.now = START + 49_999;
    expect(signer.address(folder, 'small')).toBe(first);
    clock.now = START + 50_000;
    expect(signer.address(folder, 'small')).not.toBe(first);
    clock.now = START;
    expect([opens(first, { after: 229 }), opens(first, { after: 230 })]).toEqual([true, false]);
  });

  it('is that of a stored rendition of an active record; the object may be shared with another record', () => {
    const renditionAddress = edgeRenditions(signer);
    const record = aRecord({ id: 'm', teamId: 'team', fileVersion: 'v' });
    expect(renditionAddress(record, 'small')).toContain('/o/team/m/v/small?');
    const shared = { ...record, storedAs: { mediaId: 'first', fileVersion: 'w' } };
    expect(renditionAddress(shared, 'medium')).toContain('/o/team/first/w/medium?');
    expect(renditionAddress(record, 'large')).toBeUndefined();
    expect(renditionAddress({ ...record, state: 'deleted' }, 'small')).toBeUndefined();
    expect(renditionAddress({ ...record, fileVersion: null }, 'small')).toBeUndefined();
  });
});

describe('the cookies of pictures', () => {
  const headerOf = ({ values }: { values: Readonly<Record<string, string>> }): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');

  it('open the renditions of their team for four minutes, and those of no other', () => {
    const cookie = headerOf(signer.cookies('team'));
    expect(opens(`${origin}/o/team/media/v1/small`, { cookie, after: 239 })).toBe(true);
    expect(opens(`${origin}/o/team/media/v1/small`, { cookie, after: 240 })).toBe(false);
    for (const path of ['/o/teams/m/v/small', '/o/other/m/v/small', '/o/other%2f..%2fteam/m/v/small', '/o/team']) {
      expect(opens(origin + path, { cookie })).toBe(false);
    }
  });

  it('are out of reach of scripts and of other sites, and sent to nothing but those pictures', () => {
    const sent = pictureCookies(origin, signer.cookies('team'), 240);
    expect(sent.map((each) => each.replace(/=.*?;/, '=;'))).toEqual(
      ['Key-Pair-Id', 'Signature', 'Policy', 'Hash-Algorithm'].map(
        (name) => `CloudFront-${name}=; Path=/o/team/; HttpOnly; SameSite=Strict; Max-Age=240; Secure`,
      ),
    );
    expect(pictureCookies('http://127.0.0.1:3000', signer.cookies('team'), 240).join()).not.toContain('Secure');
  });

  it('are those of the teams in which the caller may read, the own one first, in an answer of limited size', async () => {
    const teams = ['a', 'b', 'c', 'd', 'e', 'f', 'own'].map((teamId) => ({ teamId, role: 'viewer' as const }));
    const principal = aPrincipal({ teamId: 'own', teams });
    const open = openRenditions({ signer, clock: () => new Date(clock.now) });
    const { teams: opened, cookies, expiresAt } = await open({ principal });
    expect(opened).toEqual(['own', 'a', 'b', 'c', 'd']);
    expect(expiresAt).toBe('2030-01-01T00:04:10.000Z');
    const sent = cookies.flatMap((each) => pictureCookies(origin, each, 240));
    // API Gateway's limit for all headers of an answer, less those of every answer.
    expect(sent.join().length).toBeLessThan(10_240 - 2048);
    const outside = aPrincipal({ teamId: 'own', teams: [], scopes: new Set() });
    expect((await open({ principal: outside })).cookies).toEqual([]);
  });

  it('are none in a stack without an edge', async () => {
    const open = openRenditions({ signer: undefined, clock: () => new Date(clock.now) });
    expect(await open({ principal: aPrincipal() })).toEqual({ teams: [], cookies: [], expiresAt: null });
  });
});
