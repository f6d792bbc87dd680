import { generateKeyPairSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EdgeSpec } from '../../../local/template/edge.ts';
import { behaviour, cachePolicy, edgeSpec, startSmallEdge } from '../../support/drivers/small-edge.ts';

type SmallEdge = Awaited<ReturnType<typeof startSmallEdge>>;
const started: SmallEdge[] = [];
afterEach(async () => {
  for (const edge of started.splice(0)) await edge.stop();
});
const start = async (spec: EdgeSpec, answer: Parameters<typeof startSmallEdge>[1]): Promise<SmallEdge> => {
  const edge = await startSmallEdge(spec, answer);
  started.push(edge);
  return edge;
};
const KEPT = { 'cache-control': 'max-age=60', 'content-type': 'text/plain' };
const EVERY_METHOD = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];
const NOTHING_KEPT = cachePolicy({ maxTtl: 0 });

describe('a behaviour', () => {
  it('is the first that matches, by the letters of the path and not by its query', async () => {
    const spec = edgeSpec(
      ['/a/?.css', '/a/*', '/a/special/*', '*'].map((pattern) =>
        behaviour(pattern, { added: { set: [{ name: 'x-by', value: pattern, override: true }], remove: [] } }),
      ),
    );
    const edge = await start(spec, () => ({}));
    const by = async (path: string) => (await edge.send(path)).headers['x-by'];
    expect(await by('/a/b.css')).toBe('/a/?.css');
    expect(await by('/a/bb.css')).toBe('/a/*');
    expect(await by('/a/special/b')).toBe('/a/*');
    expect(await by('/A/b')).toBe('*');
    expect(await by('/b?x=/a/b.css')).toBe('*');
    expect(await by('/a%2fb')).toBe('*');
  });

  it('takes its methods alone, and forgets or replaces headers of answers', async () => {
    const added = {
      set: [
        { name: 'x-own', value: 'edge', override: false },
        { name: 'x-forced', value: 'edge', override: true },
      ],
      remove: ['x-secret'],
    };
    const edge = await start(edgeSpec([behaviour('*', { added })]), () => ({
      headers: { 'x-own': 'origin', 'x-forced': 'origin', 'x-secret': '1' },
    }));
    const { headers } = await edge.send('/a');
    expect([headers['x-own'], headers['x-forced'], headers['x-secret']]).toEqual(['origin', 'edge', undefined]);
    expect((await edge.send('/a', { method: 'POST' })).status).toBe(403);
    expect(edge.calls).toHaveLength(1);
  });
});

describe('the key of the cache', () => {
  it('is the path and what the policy names, and nothing else goes on', async () => {
    const cache = cachePolicy({ parameters: ['t'], headers: ['accept'], cookies: ['session'] });
    const edge = await start(edgeSpec([behaviour('*', { cache })]), () => ({ headers: KEPT }));
    const found = async (path: string, headers = {}) => (await edge.send(path, { headers })).headers['x-cache'];
    const [MISS, HIT] = ['Miss from cloudfront', 'Hit from cloudfront'];
    expect(await found('/a?t=1&u=2', { accept: 'x', cookie: 'session=1; other=2', 'x-mine': '3' })).toBe(MISS);
    expect(await found('/a?u=3&t=1', { accept: 'x', cookie: 'other=4; session=1', origin: 'https://x.example' })).toBe(
      HIT,
    );
    expect(await found('/a?t=2', { accept: 'x', cookie: 'session=1' })).toBe(MISS);
    expect(await found('/a?t=1', { accept: 'y', cookie: 'session=1' })).toBe(MISS);
    expect(await found('/a?t=1', { accept: 'x', cookie: 'session=2' })).toBe(MISS);
    expect(await found('/A?t=1', { accept: 'x', cookie: 'session=1' })).toBe(MISS);
    expect(await found('/%61?t=1', { accept: 'x', cookie: 'session=1' })).toBe(MISS);
    const { path = '', headers = {} as IncomingHttpHeaders } = edge.calls[0] ?? {};
    expect([path, headers.accept, headers.cookie, headers['x-mine'], headers['x-ours']]).toEqual([
      ...['/a?t=1', 'x', 'session=1', undefined, 'yes'],
    ]);
    expect(headers['user-agent']).toBe('Amazon CloudFront');
  });

  it('is one for GET and HEAD, of which HEAD keeps nothing for GET', async () => {
    const edge = await start(edgeSpec([behaviour('*')]), () => ({ headers: KEPT, body: 'whole' }));
    expect((await edge.send('/a', { method: 'HEAD' })).headers['x-cache']).toMatch('Miss');
    const get = await edge.send('/a');
    expect([get.headers['x-cache'], get.body.toString()]).toEqual(['Miss from cloudfront', 'whole']);
    expect((await edge.send('/a', { method: 'HEAD' })).headers['x-cache']).toMatch('Hit');
  });

  it('is asked with a whole answer: a part is cut from it', async () => {
    const edge = await start(edgeSpec([behaviour('*')]), () => ({
      headers: { ...KEPT, etag: '"1"' },
      body: '0123456789',
    }));
    const part = await edge.send('/a', { headers: { range: 'bytes=2-4', 'if-none-match': '"0"' } });
    expect([part.status, part.body.toString()]).toEqual([206, '234']);
    expect(edge.calls[0]?.headers).not.toHaveProperty('range');
    expect(edge.calls[0]?.headers).not.toHaveProperty('if-none-match');
    expect((await edge.send('/a')).body.toString()).toBe('0123456789');
    expect(edge.calls).toHaveLength(1);
  });
});

describe('a request that CloudFront refuses', () => {
  it.each([
    [414, '/'.padEnd(8193, 'a'), {}],
    [413, '/a', { headers: { 'x-large': 'a'.repeat(20_000), 'x-larger': 'a'.repeat(13_000) } }],
    [403, '/a', { headers: { 'content-length': '1' }, body: '1' }],
    [403, '/a', { headers: { host: 'other.example' } }],
  ])('gets %d, and reaches no origin', async (status, path, init) => {
    const edge = await start(edgeSpec([behaviour('*')]), () => ({}));
    expect((await edge.send(path, init)).status).toBe(status);
    expect((await edge.send('/'.padEnd(8192, 'a'))).status).toBe(200);
    expect(edge.calls).toHaveLength(1);
  });
});

describe('a compressed answer', () => {
  const text = 'a line of text\n'.repeat(100);
  const cache = cachePolicy({ gzip: true, brotli: true });
  const compressing = (status = 200, headers: Record<string, string> = {}) =>
    start(edgeSpec([behaviour('*', { compress: true, cache })]), ({ path }) => ({
      status,
      headers: { ...KEPT, etag: '"1"', ...headers },
      body: path === '/short' ? 'short' : text,
    }));

  it('is as the viewer accepts it, kept by that, with a weak ETag', async () => {
    const edge = await compressing();
    const br = await edge.send('/a', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect([br.headers['content-encoding'], br.headers.etag, br.headers.vary]).toEqual([
      'br',
      'W/"1"',
      'accept-encoding',
    ]);
    expect(brotliDecompressSync(br.body).toString()).toBe(text);
    expect(edge.calls[0]?.headers['accept-encoding']).toBe('br,gzip');
    const gzip = await edge.send('/a', { headers: { 'accept-encoding': 'gzip, br;q=0' } });
    expect([gzip.headers['content-encoding'], gzip.headers['x-cache']]).toEqual(['gzip', 'Miss from cloudfront']);
    expect(gunzipSync(gzip.body).toString()).toBe(text);
    const plain = await edge.send('/a');
    expect([plain.headers['content-encoding'], plain.headers.etag, plain.body.toString()]).toEqual([
      undefined,
      '"1"',
      text,
    ]);
    const again = { 'accept-encoding': 'br,gzip', 'if-none-match': 'W/"1"' };
    expect((await edge.send('/a', { headers: again })).status).toBe(304);
  });

  it.each([
    ['an answer of another status', 410, {}, '/a'],
    ['a short one', 200, {}, '/short'],
    ['a picture', 200, { 'content-type': 'image/webp' }, '/a'],
    ['one that the origin compressed', 200, { 'content-encoding': 'identity' }, '/a'],
  ])('is not made of %s', async (_, status, headers, path) => {
    const edge = await compressing(status, headers as Record<string, string>);
    const { headers: answered } = await edge.send(path, { headers: { 'accept-encoding': 'br, gzip' } });
    expect(answered['content-encoding']).toBe((headers as Record<string, string>)['content-encoding']);
  });

  it('is also one of 404', async () => {
    const edge = await compressing(404);
    expect((await edge.send('/a', { headers: { 'accept-encoding': 'gzip' } })).headers['content-encoding']).toBe(
      'gzip',
    );
  });
});

describe('a behaviour that keeps nothing', () => {
  it('passes methods, headers, parameters in their order and bodies on, without the host of the viewer', async () => {
    const all = behaviour('*', { methods: EVERY_METHOD, cache: NOTHING_KEPT, passesAll: true });
    const edge = await start(edgeSpec([all]), ({ body }) => ({
      status: 201,
      headers: { 'set-cookie': ['a=1', 'b=2'] },
      body,
    }));
    const headers = { authorization: 'Bearer x', 'idempotency-key': 'k', cookie: 'a=1; b=2', 'x-ours': 'forged' };
    const body = '0123456789'.repeat(400_000);
    const answer = await edge.send('/a%2Fb?z=1&a=%20', { method: 'POST', headers, body });
    expect([answer.status, answer.headers['set-cookie'], answer.body.toString() === body]).toEqual([
      ...[201, ['a=1', 'b=2'], true],
    ]);
    const [call] = edge.calls;
    expect(call).toMatchObject({ method: 'POST', path: '/a%2Fb?z=1&a=%20' });
    expect(call?.headers).toMatchObject({ ...headers, 'x-ours': 'yes' });
    expect(`http://${call?.headers.host}`).not.toBe(edge.url);
  });

  it('asks again each time, whatever the answer says of itself', async () => {
    const edge = await start(edgeSpec([behaviour('*', { cache: NOTHING_KEPT })]), () => ({ headers: KEPT }));
    for (const _ of [1, 2]) expect((await edge.send('/a')).headers['x-cache']).toBe('Miss from cloudfront');
    expect(edge.calls).toHaveLength(2);
  });
});

describe('a signed address', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const keys = new Map([['K1', pem]]);

  it('is one of a key of the behaviour, as it was sent, and its signature is not in the key of the cache', async () => {
    const edge = await start(edgeSpec([behaviour('/o/*', { keys }), behaviour('*')]), () => ({ headers: KEPT }));
    const sign = (path: string, keyPairId = 'K1', seconds = 60) => {
      const key = { keyPairId, privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
      const dateLessThan = new Date(Date.now() + seconds * 1000);
      return getSignedUrl({ ...key, url: `${edge.url}${path}`, dateLessThan }).slice(edge.url.length);
    };
    expect((await edge.send('/o/a')).status).toBe(403);
    expect((await edge.send(sign('/o/a', 'K2'))).status).toBe(403);
    expect((await edge.send(sign('/o/b').replace('/o/b', '/o/a'))).status).toBe(403);
    expect((await edge.send(`${sign('/o/a')}&more=1`)).status).toBe(403);
    expect((await edge.send(sign('/o/a', 'K1', -1))).status).toBe(403);
    expect(edge.calls).toHaveLength(0);
    expect((await edge.send(sign('/o/a'))).headers['x-cache']).toMatch('Miss');
    expect((await edge.send(sign('/o/a', 'K1', 90))).headers['x-cache']).toMatch('Hit');
    edge.pass(120);
    expect((await edge.send(sign('/o/a'))).status).toBe(403);
    expect(edge.calls.map(({ path }) => path)).toEqual(['/o/a']);
  });
});
