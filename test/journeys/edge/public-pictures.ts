import { hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ColdEdge } from '../../support/drivers/cold-edge.ts';
import { askAsVisitor, type Seen } from '../../support/drivers/visitor.ts';
import { photo } from '../../support/fixtures/pictures.ts';
import type { EdgeStage } from './stage.ts';

const CHROME = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const FIREFOX = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
const found = ({ headers }: Seen) => headers['x-cache'];
const statuses = ({ calls }: ColdEdge) => calls.map(({ status }) => status);

export const publicPictureCases = (stage: () => EdgeStage): void => {
  let ids: Readonly<Record<'public' | 'shared' | 'private', string>>;
  const upload = async (visibility: string, seed = 1): Promise<string> => {
    const bytes = await photo(600, 400, { seed });
    const file = { name: 'view.jpg', type: 'image/jpeg', bytes, declare: { visibility } };
    return (await stage().api.upload(file)).mediaId;
  };
  beforeAll(async () => {
    const [open, shared, hidden] = [await upload('public'), await upload('shared', 2), await upload('private', 3)];
    ids = { public: open, shared, private: hidden };
  });
  const member = () => ({ authorization: `Bearer ${stage().ready.apiKey}` });

  it.each(['', '?rendition=small', '?w=64&format=png'])(
    'is a hit for the next visitor, by HEAD too, and nothing for one who has it: %s',
    async (query) => {
      const edge = await stage().coldEdge();
      const url = `${edge.url}/m/${ids.public}/view.jpg${query}`;
      const [first, second] = [await askAsVisitor(url), await askAsVisitor(url)];
      expect([first.status, found(first), found(second)]).toEqual([200, 'Miss from cloudfront', 'Hit from cloudfront']);
      expect(first.headers).toMatchObject({
        'cache-control': 'public, max-age=0, s-maxage=60, stale-if-error=0',
        'access-control-allow-origin': '*',
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'content-length': String(first.body.length),
      });
      expect(second.body.equals(first.body)).toBe(true);
      expect(Object.keys(first.headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
      const head = await askAsVisitor(url, { method: 'HEAD' });
      expect([head.status, found(head), head.headers.etag]).toEqual([200, 'Hit from cloudfront', first.headers.etag]);
      expect(head.headers['content-length']).toBe(first.headers['content-length']);
      const known = { 'if-none-match': String(first.headers.etag) };
      expect((await askAsVisitor(url, { headers: known })).status).toBe(304);
      expect((await askAsVisitor(`${stage().ready.http}/m/${ids.public}/view.jpg${query}`)).headers.etag).toBe(
        first.headers.etag,
      );
      expect(edge.calls).toHaveLength(1);
    },
  );

  it('is one call of the API however its parameters are written, and three at most for all clients', async () => {
    const edge = await stage().coldEdge();
    const ask = (query: string, accept: string) =>
      askAsVisitor(`${edge.url}/m/${ids.public}/view.jpg?${query}`, { headers: { accept } });
    const spellings = ['w=64&h=48', 'h=48&w=64', 'w=64&h=48&w=64', 'utm_source=x&h=48&w=064', 'w=%36%34&h=48&_=1'];
    for (const query of spellings) expect((await ask(query, CHROME)).headers['content-type']).toBe('image/avif');
    expect(edge.calls).toHaveLength(1);
    for (const accept of [FIREFOX, '*/*', 'image/*', 'text/html']) await ask('w=64&h=48', accept);
    expect(edge.calls.length).toBeLessThanOrEqual(3);
  });

  it('is asked for by its version once its minute is over, and never shown for an error', async () => {
    const edge = await stage().coldEdge();
    const url = `${edge.url}/m/${ids.public}/view.jpg`;
    const first = await askAsVisitor(url);
    edge.ahead = 59_000;
    expect(found(await askAsVisitor(url))).toBe('Hit from cloudfront');
    edge.ahead = 61_000;
    const renewed = await askAsVisitor(url);
    expect([renewed.status, found(renewed)]).toEqual([200, 'RefreshHit from cloudfront']);
    expect(renewed.body.equals(first.body)).toBe(true);
    expect(statuses(edge)).toEqual([200, 304]);
    edge.ahead = 122_000;
    edge.isBroken = true;
    for (let time = 0; time < 2; time += 1) expect((await askAsVisitor(url)).status).toBe(500);
    edge.isBroken = false;
    expect((await askAsVisitor(url)).status).toBe(200);
  });

  it.each([
    [
      'made private',
      (id: string) => stage().api.call('PATCH', `/api/v1/media/${id}`, { json: { visibility: 'private' } }),
    ],
    ['moved to the trash', (id: string) => stage().api.call('DELETE', `/api/v1/media/${id}`)],
    [
      'deleted for good',
      async (id: string) => {
        await stage().api.call('DELETE', `/api/v1/media/${id}`);
        return stage().api.call('DELETE', `/api/v1/trash/${id}`);
      },
    ],
  ])('ends within a minute once it is %s, also while the API fails', async (_, change) => {
    const id = await upload('public', 4);
    const edge = await stage().coldEdge();
    const urls = ['', '?rendition=medium'].map((query) => `${edge.url}/m/${id}/view.jpg${query}`);
    for (const url of urls) expect((await askAsVisitor(url)).status).toBe(200);
    expect((await change(id)).status).toBeLessThan(300);
    edge.ahead = 60_001;
    for (const isBroken of [true, false, false]) {
      edge.isBroken = isBroken;
      for (const url of urls) expect((await askAsVisitor(url)).status).toBe(isBroken ? 500 : 404);
    }
  });

  it('shows the new file within a minute once it is replaced', async () => {
    const id = await upload('public', 5);
    const edge = await stage().coldEdge();
    const url = `${edge.url}/m/${id}/view.jpg`;
    const before = await askAsVisitor(url);
    const bytes = await photo(600, 400, { seed: 6 });
    await stage().api.upload({ name: 'view.jpg', type: 'image/jpeg', bytes, declare: { replaces: id } });
    edge.ahead = 60_001;
    const after = await askAsVisitor(url);
    expect(after.body.equals(Buffer.from(bytes))).toBe(true);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect(statuses(edge)).toEqual([200, 200]);
  });

  describe('and what depends on who asks', () => {
    it.each([
      ['a shared picture', () => `${ids.shared}/view.jpg`, false],
      ['a rendition of it', () => `${ids.shared}/view.jpg?rendition=small`, false],
      ['a public picture, for a member', () => `${ids.public}/view.jpg`, true],
      ['a private picture, for a member', () => `${ids.private}/view.jpg?w=64`, true],
    ])('is led to S3 each time, for this caller alone: %s', async (_, path, asMember) => {
      const edge = await stage().coldEdge();
      for (let time = 0; time < 2; time += 1) {
        const headers = { ...(asMember ? member() : {}), 'x-forwarded-host': 'evil.example' };
        const answer = await askAsVisitor(`${edge.url}/m/${path()}`, { headers });
        expect([answer.status, found(answer)]).toEqual([302, 'Miss from cloudfront']);
        expect(answer.headers['cache-control']).toBe('private, no-store');
        expect(new URL(String(answer.headers.location)).origin).toBe(stage().ready.s3);
      }
      expect(edge.calls).toHaveLength(2);
    });

    it('is no one else’s, in any order and at once', async () => {
      const edge = await stage().coldEdge();
      const asked = (id: string, headers = {}) => askAsVisitor(`${edge.url}/m/${id}/view.jpg`, { headers });
      const inTurn = [{}, member(), {}, member(), {}];
      const [hidden, open]: number[][] = [[], []];
      for (const headers of inTurn) {
        hidden?.push((await asked(ids.private, headers)).status);
        open?.push((await asked(ids.public, headers)).status);
      }
      expect([hidden, open]).toEqual([
        [404, 302, 404, 302, 404],
        [200, 302, 200, 302, 200],
      ]);
      const atOnce = await Promise.all(
        Array.from({ length: 20 }, (_, at) => asked(at % 4 < 2 ? ids.private : ids.public, at % 2 ? member() : {})),
      );
      expect(atOnce.map(({ status }) => status)).toEqual(
        Array.from({ length: 20 }, (_, at) => (at % 2 ? 302 : at % 4 < 2 ? 404 : 200)),
      );
    });
  });

  it.each([
    ['another host', { headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' } }, ''],
    ['another method', { headers: { 'x-http-method-override': 'DELETE', 'x-method-override': 'HEAD' } }, ''],
    ['the origin of another site', { headers: { origin: 'https://evil.example', 'sec-fetch-mode': 'cors' } }, ''],
    ['an odd Accept', { headers: { accept: 'text/html;q=1, */*;q=0' } }, ''],
    ['a part of it', { headers: { range: 'bytes=0-3', 'if-range': '"x"' } }, ''],
    ['its version', { headers: { 'if-none-match': '*' } }, ''],
    ['HEAD', { method: 'HEAD' }, ''],
    ['a body with GET', { body: 'w=1', headers: { 'content-length': '3' } }, ''],
    ['parameters of others', {}, '?utm_source=%22%3E&response-content-type=text/html&t=w:1&m=x&f=png'],
    ['a member’s credential', { headers: { authorization: 'member' } }, ''],
    ['a cookie of no session', { headers: { cookie: 'session=invalid; __Host-session=x' } }, ''],
  ] as const)('is the same for the next visitor after one that sent %s', async (_, sent, query) => {
    const {
      api: { call },
      coldEdge,
    } = stage();
    const [poisoned, clean] = [await coldEdge(), await coldEdge()];
    const path = `/m/${ids.public}/view.jpg`;
    const headers: Record<string, string> = { ...('headers' in sent ? sent.headers : {}) };
    if (headers.authorization) Object.assign(headers, member());
    await askAsVisitor(`${poisoned.url}${path}${query}`, { ...sent, headers });
    const seen = async (edge: ColdEdge) => {
      const { status, headers: answered, body } = await askAsVisitor(`${edge.url}${path}`);
      const ofThisAnswer = ['date', 'age', 'x-request-id', 'apigw-requestid', 'x-cache'];
      const same = Object.entries(answered).filter(([name]) => !ofThisAnswer.includes(name));
      return { status, same, digest: hash('sha256', body) };
    };
    expect(await seen(poisoned)).toEqual(await seen(clean));
    expect((await call('GET', `/api/v1/media/${ids.public}`)).status).toBe(200);
  });
};
