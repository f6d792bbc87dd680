import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { negotiated } from '../../../functions/domain/resolve-transform.ts';
import { TRANSFORM_NAMES, TRANSFORM_PARAMETERS } from '../../../functions/domain/transform.ts';
import { unfolded } from '../../../functions/http/behind-edge.ts';
import { cookieValue } from '../../../functions/http/cookies.ts';
import { edgeProgram, parameters } from '../../support/drivers/edge-program.ts';

const media = edgeProgram('media');
const viewer = edgeProgram('viewer');
const rendition = edgeProgram('rendition');

const valued = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }]));

/** The key that a request makes, beside its path. */
const keyOf = (query: string, headers: Readonly<Record<string, string>> = {}, cookies: Record<string, string> = {}) =>
  media({ uri: '/m/1/a.jpg', querystring: parameters(query), headers: valued(headers), cookies: valued(cookies) })
    .querystring;

const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const FIREFOX = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
const SAFARI = 'image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5';

describe('the key of a picture', () => {
  it.each([
    ['another order', 'h=300&w=400'],
    ['a parameter twice', 'w=400&h=300&w=400'],
    ['parameters of others', 'utm_source=x&w=400&h=300&_=17'],
    ['another spelling of a number', 'w=0400&h=300'],
    ['percent signs', 'w=%34%30%30&h=300'],
  ])('is the same for %s', (_, query) => {
    expect(keyOf(query)).toEqual(keyOf('w=400&h=300'));
    expect(keyOf(query).t).toEqual({ value: 'h:300,w:400' });
  });

  it('has all twelve parameters', () => {
    const all = 'w=1&h=2&fit=cover&position=top-left&format=png&q=5&dpr=2.0&blur=3&rotate=90&flatten=%23AbCdEf&page=2';
    expect(keyOf(`${all}&rendition=small`).t?.value.split(',')).toEqual([
      ...['blur:3', 'dpr:2', 'fit:cover', 'flatten:abcdef', 'format:png', 'h:2', 'page:2', 'position:top-left'],
      ...['q:5', 'rendition:small', 'rotate:90', 'w:1'],
    ]);
  });

  it.each([
    'w=0',
    'w=4097',
    'w=1e3',
    'w=1&w=2',
    'fit=Cover',
    'q=%zz',
    'dpr=9',
    'flatten=red',
    'page=0',
    'w=',
    'w=1,h:2',
  ])('of %s is one that the API refuses', (query) => {
    const { t } = keyOf(query);
    const [[name, value] = []] = Object.entries(unfolded({ t: t?.value }));
    expect(TRANSFORM_PARAMETERS[name as 'w'].parse(String(value))).toBeUndefined();
  });

  it('means to the API what the address meant, whatever its parameters are', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '0',
        '1',
        '90',
        '400',
        '4096',
        '4097',
        'cover',
        'top',
        'avif',
        'webp',
        '#ffffff',
        'ABCDEF',
        '2.50',
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...TRANSFORM_NAMES), text, (name, value) => {
        const { t } = keyOf(`${name}=${encodeURIComponent(value)}`);
        const parse = TRANSFORM_PARAMETERS[name].parse;
        expect(parse(String(unfolded({ t: t?.value })[name]))).toEqual(parse(value));
      }),
    );
  });

  it('has at most three formats for the clients that there are', () => {
    const formats = [CHROME, FIREFOX, SAFARI, '*/*', 'image/*', 'text/html'].map(
      (accept) => keyOf('w=400', { accept }).f?.value,
    );
    expect(formats).toEqual(['avif', 'avif', 'webp', 'jpeg', 'jpeg', 'jpeg']);
  });

  it('has the format that the API would choose for an opaque picture, by the weights of Accept', () => {
    const range = fc.constantFrom(
      'image/avif',
      'image/webp',
      'image/jpeg',
      'image/png',
      'image/*',
      '*/*',
      'text/html',
      ' IMAGE/WEBP',
    );
    const weight = fc.constantFrom('', ';q=0', ';q=0.5', '; q=1', ';q=0.999', ';q=2', ';v=1');
    const accept = fc
      .array(
        fc.tuple(range, weight).map(([type, q]) => `${type}${q}`),
        { maxLength: 5 },
      )
      .map((each) => each.join(','));
    fc.assert(
      fc.property(accept, (value) => expect(keyOf('w=1', { accept: value }).f?.value).toBe(negotiated(value, true))),
    );
  });

  it('has no format where the address names one, and where nothing is drawn anew', () => {
    for (const query of ['w=400&format=png', 'rendition=small', '', 'utm_source=x']) {
      expect(keyOf(query, { accept: CHROME })).not.toHaveProperty('f');
    }
  });

  it('is one for all strangers, whatever else they send', () => {
    const odd = {
      origin: 'https://evil.example',
      'x-forwarded-host': 'evil.example',
      'x-http-method-override': 'DELETE',
    };
    expect(keyOf('w=400', { ...odd, accept: CHROME, range: 'bytes=0-1' }, { device: 'd', analytics: '1' })).toEqual(
      keyOf('w=400', { accept: CHROME }),
    );
  });

  it('is another one for each credential, of which it does not tell', () => {
    const keys = [
      keyOf('', { authorization: 'Bearer sk_live_a' }),
      keyOf('', { authorization: 'Bearer sk_live_b' }),
      keyOf('', { authorization: 'Bearer sk_live_a', 'x-team-id': 't' }),
      keyOf('', {}, { session: 'sk_live_a' }),
      keyOf('', {}, { '__Host-session': 'sk_live_a' }),
      keyOf(''),
    ].map(({ m }) => m?.value ?? '');
    expect(new Set(keys).size).toBe(6);
    expect(keys.join()).not.toContain('sk_live');
    expect(keys.slice(0, 5).every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
  });

  it('cannot be chosen by its caller', () => {
    expect(keyOf('t=w:1&f=png&m=abc')).toEqual({});
  });
});

describe('what goes on to the API', () => {
  it('of a picture is what its answer may depend on', () => {
    const sent = valued({
      authorization: 'Bearer a',
      origin: 'https://a.example',
      range: 'bytes=0-1',
      'x-forwarded-host': 'b',
    });
    const { headers, cookies } = media({
      headers: {
        ...sent,
        ...valued({ 'x-mediashelf-viewer': '1.2.3.4', 'x-mediashelf-edge': 'x', 'if-none-match': '"a"' }),
      },
      cookies: valued({ session: 's', analytics: '1' }),
    });
    expect(headers).toEqual(
      valued({
        authorization: 'Bearer a',
        'if-none-match': '"a"',
        'sec-fetch-mode': 'cors',
        'x-mediashelf-viewer': '192.0.2.1',
      }),
    );
    expect(cookies).toEqual(valued({ session: 's' }));
  });

  it('tells a browser from a script, so that a cookie that another host of the domain planted is no credential', () => {
    const event = media({
      headers: valued({ 'sec-fetch-site': 'same-origin' }),
      cookies: valued({ session: 'planted' }),
    });
    const headers = Object.fromEntries(Object.entries(event.headers).map(([name, { value }]) => [name, value]));
    const cookies = Object.entries(event.cookies).map(([name, { value }]) => `${name}=${value}`);
    expect(cookieValue({ headers, cookies }, 'session', 'https://media.example')).toBeUndefined();
    expect(cookieValue({ headers: {}, cookies }, 'session', 'https://media.example')).toBe('planted');
  });

  it('of the question before a request of another site is what API Gateway answers it by', () => {
    const asked = valued({
      origin: 'https://a.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    });
    const sent = { ...asked, ...valued({ 'x-forwarded-host': 'b' }) };
    expect(media({ method: 'OPTIONS', headers: sent }).headers).toMatchObject(asked);
    expect(media({ method: 'OPTIONS', headers: sent }).headers).not.toHaveProperty('x-forwarded-host');
    expect(media({ method: 'GET', headers: sent }).headers).not.toHaveProperty('origin');
  });

  it('of any other request is all of it, with the address of the visitor in the place of a forged one', () => {
    const sent = valued({ authorization: 'Bearer a', 'x-mediashelf-viewer': '1.2.3.4', 'x-mediashelf-anything': 'x' });
    const request = {
      method: 'POST',
      uri: '/api/v1/media',
      headers: sent,
      querystring: parameters('a=1'),
      cookies: valued({ b: 'c' }),
    };
    expect(viewer(request, '2001:db8::1')).toEqual({
      ...request,
      headers: valued({ authorization: 'Bearer a', 'x-mediashelf-viewer': '2001:db8::1' }),
    });
  });
});

it('a request for a file of the dashboard, which is kept, names no site that its visitor came from', () => {
  const sentTo = (uri: string) => viewer({ uri, headers: valued({ origin: 'https://a.example' }) }).headers;
  expect(sentTo('/app/assets/a.js')).not.toHaveProperty('origin');
  expect(sentTo('/api/v1/media')).toHaveProperty('origin');
});

describe('the object of a signed address', () => {
  it('is the rendition that it names, with nothing of the request', () => {
    const signed = parameters('Expires=1&Signature=x&Key-Pair-Id=k&response-content-type=text/html');
    const { uri, querystring } = rendition({ uri: '/o/team/media/version/small', querystring: signed });
    expect(uri).toBe('/renditions/team/media/version/small.webp');
    expect(querystring).toEqual({});
  });

  it.each([
    ...[
      '/o/A/../B/m/v/small',
      '/o/A/%2e%2e/B/small',
      '/o/A/m%2f..%2fv/v/small',
      '/o/A/m/v/original',
      '/o/A/m/v/small.webp',
    ],
    ...[
      '/o/A/m/v/small/',
      '/o//m/v/small',
      '/o/A/m/v/t/plain',
      '/o/A/m/v/text',
      '/o/A/m/v',
      '/o/A/m/v/SMALL',
      '/o/A/m/v/small?x',
    ],
  ])('is none for %s', (uri) => {
    expect(rendition({ uri }).statusCode).toBe(404);
  });
});
