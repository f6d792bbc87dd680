import { describe, expect, it } from '@jest/globals';
import { loginCookies, logoutCookies } from '../../../functions/http/cookies.ts';
import { credentialOf, refreshTokenOf, refuseCrossSite } from '../../../functions/http/credentials.ts';

const TLS = 'https://api.example';
const LOOPBACK = 'http://127.0.0.1:3000';
const BROWSER = { 'sec-fetch-site': 'same-origin' };

interface Sent {
  readonly headers?: Record<string, string>;
  readonly cookies?: string[];
  readonly pathParameters?: Record<string, string>;
}
const credential = (sent: Sent, publicUrl = TLS, kinds?: Parameters<typeof credentialOf>[2]) =>
  credentialOf({ headers: {}, ...sent }, publicUrl, kinds);
const ambiguous = expect.objectContaining({ code: 'AMBIGUOUS_CREDENTIALS' });

describe('the credential of a request', () => {
  it('is the Authorization header, whatever cookies a browser adds', () => {
    const headers = { ...BROWSER, authorization: 'Bearer key' };
    for (const cookies of [['session=own'], ['session=own', 'session=planted'], ['__Host-session=own']])
      expect(credential({ headers, cookies })).toEqual({ kind: 'bearer', token: 'key' });
  });

  it('is refused when the client set two', () => {
    for (const authorization of ['Bearer one,Bearer two', 'Bearer one, bearer two', 'Bearer one,Bearer one'])
      expect(() => credential({ headers: { authorization } })).toThrow(ambiguous);
    const path = { pathParameters: { token: 'token' }, headers: { authorization: 'Bearer key' } };
    expect(() => credential(path, TLS, ['upload-token', 'bearer'])).toThrow(ambiguous);
  });

  it('is the token in the path, whatever cookies a browser adds', () =>
    expect(
      credential({ pathParameters: { token: 'token' }, cookies: ['session=own'] }, TLS, ['upload-token', 'session']),
    ).toEqual({ kind: 'upload-token', token: 'token' }));

  it.each([LOOPBACK, TLS])('is refused when the session cookie comes with two values to %s', (publicUrl) => {
    expect(() => credential({ cookies: ['session=planted', 'session=own'] }, publicUrl)).toThrow(ambiguous);
    expect(credential({ cookies: ['session=own', 'session=own', 'session='] }, publicUrl)).toEqual({
      kind: 'session',
      token: 'own',
    });
  });

  it('over TLS is the cookie that no other host can set', () => {
    for (const cookies of [
      ['session=planted', '__Host-session=own'],
      ['__Host-session=own', 'session=planted', 'session=another'],
    ])
      expect(credential({ headers: BROWSER, cookies })).toEqual({ kind: 'session', token: 'own' });
    expect(() => credential({ cookies: ['__Host-session=one', '__Host-session=two'] })).toThrow(ambiguous);
  });

  it('over TLS is no plain cookie of a browser, which a sibling subdomain may have planted', () => {
    for (const site of ['same-origin', 'same-site', 'cross-site', 'none'])
      expect(credential({ headers: { 'sec-fetch-site': site }, cookies: ['session=planted'] })).toBeUndefined();
    const refresh = { headers: BROWSER, cookies: ['refreshToken=planted'] };
    expect(credential(refresh, TLS, ['refresh'])).toBeUndefined();
    expect(refreshTokenOf(refresh, TLS, undefined)).toBeUndefined();
  });

  it('is the plain cookie of the references for a script, and on loopback', () => {
    const cookies = ['refreshToken=own'];
    expect(credential({ cookies }, TLS, ['refresh'])).toEqual({ kind: 'refresh', token: 'own' });
    expect(credential({ headers: BROWSER, cookies }, LOOPBACK, ['refresh'])).toEqual({ kind: 'refresh', token: 'own' });
    expect(credential({ cookies: ['__Host-session=own'] }, LOOPBACK)).toBeUndefined();
  });
});

describe('the refresh token of a request', () => {
  it('is what the body says, whatever cookie a browser adds', () => {
    const event = { headers: BROWSER, cookies: ['__Host-refreshToken=cookie'] };
    expect(refreshTokenOf(event, TLS, 'sent')).toBe('sent');
    expect(refreshTokenOf(event, TLS, undefined)).toBe('cookie');
  });
});

describe('the cookies of a login', () => {
  const login = { session: 's', refreshToken: 'r', maxAge: 60 };

  it('over TLS have their names and the prefixed ones, for this host alone', () => {
    const cookies = loginCookies(TLS, login);
    expect(cookies.map((cookie) => cookie.split(';')[0])).toEqual([
      'session=s',
      '__Host-session=s',
      'refreshToken=r',
      '__Host-refreshToken=r',
    ]);
    for (const cookie of cookies) {
      expect(cookie).toContain('; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure');
      expect(cookie).not.toMatch(/domain=/i);
    }
    expect(logoutCookies(TLS)).toHaveLength(4);
  });

  it('on loopback have their names alone', () =>
    expect(loginCookies(LOOPBACK, login)).toEqual([
      'session=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
      'refreshToken=r; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
    ]));
});

describe('a write by cookie', () => {
  const writing = (headers: Record<string, string>, publicUrl = TLS) =>
    refuseCrossSite({ headers: { host: new URL(publicUrl).host, ...headers } }, publicUrl, ['https://app.example']);
  const refused = expect.objectContaining({ code: 'CROSS_SITE' });

  it('is taken from the own origin by any name of the host, and from an allowed one', () => {
    expect(() => writing({ origin: TLS })).not.toThrow();
    expect(() => writing({ origin: 'https://other-name.example', host: 'other-name.example' })).not.toThrow();
    expect(() => writing({ origin: 'http://localhost:3000', host: 'localhost:3000' }, LOOPBACK)).not.toThrow();
    expect(() => writing({ origin: 'https://app.example', 'sec-fetch-site': 'same-site' })).not.toThrow();
  });

  it.each([
    ['the own host over plain http', { origin: 'http://api.example' }],
    ['an allowed host over plain http', { origin: 'http://app.example' }],
    ['a sibling subdomain', { origin: 'https://evil.example', 'sec-fetch-site': 'same-site' }],
    ['a sibling subdomain that hides its origin', { 'sec-fetch-site': 'same-site' }],
    ['another port', { origin: 'https://api.example:8443' }],
  ])('is refused from %s', (_, headers) => expect(() => writing(headers)).toThrow(refused));

  it('is refused on loopback from a page over TLS', () =>
    expect(() => writing({ origin: 'https://127.0.0.1:3000' }, LOOPBACK)).toThrow(refused));
});
