import { readFileSync } from 'node:fs';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, it } from '@jest/globals';
import { type Client, client } from '../../support/drivers/client.ts';
import { askAsVisitor, type Seen } from '../../support/drivers/visitor.ts';
import type { EdgeStage } from './stage.ts';

const PICTURES = 1000;
/** Functions that a picture could need; what happens in the background is none of it. */
const SERVING = new Set(['get-content', 'draw-picture', 'list-media', 'get-media']);
const found = ({ headers }: Seen) => headers['x-cache'];

export const signedPictureCases = (stage: () => EdgeStage): void => {
  /** Cookies as a browser keeps them: those of one path. */
  const cookiesOf = async (api: Client) => {
    const answer = await api.call('POST', '/api/v1/renditions/cookies', { json: {} });
    const set = answer.headers.getSetCookie();
    return { answer, set, cookie: set.map((each) => each.split(';', 1)[0]).join('; ') };
  };
  /** Functions that ran, and reads of S3 that the edge made. */
  const worked = () => {
    const entries = readFileSync(stage().ledger, 'utf8').trim().split('\n');
    const parsed = entries.map((line) => JSON.parse(line) as { kind: string; by: string; operation?: string });
    return parsed.filter(({ kind, by }) => kind === 'begun' && SERVING.has(by)).length;
  };
  let stranger: Client;
  beforeAll(async () => {
    const { ops, ready } = stage();
    const made = (await ops.invoke(ready.outputs.CreateOwnerFunctionName, {
      email: 'stranger@edge.example',
      password: 'a password for the edge',
      teamName: 'Strangers',
    })) as { apiKey: string };
    stranger = client({ http: ready.http, apiKey: made.apiKey });
  });

  it('is listed with an address that its signature opens, in lists and in records', async () => {
    const { api, ready, folder, mediaId } = stage();
    const listed = (await api.call('GET', '/api/v1/media?limit=100')).body.data.data;
    const { renditions } = listed.find(({ id }: { id: string }) => id === mediaId);
    const one = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.renditions;
    for (const { small, medium, large } of [renditions, one]) {
      expect(small.url.startsWith(`${ready.http}${folder}/small?`)).toBe(true);
      expect(medium.url.startsWith(`${ready.http}${folder}/medium?`)).toBe(true);
      expect(large.url).toMatch(/\/m\/.+\?rendition=large$/);
      for (const { url } of [small, medium]) {
        const shown = await askAsVisitor(url);
        expect([shown.status, shown.headers['content-type']]).toEqual([200, 'image/webp']);
        expect(shown.headers['cache-control']).toBe('private, max-age=31536000, immutable');
      }
    }
    const bare = await askAsVisitor(`${ready.http}${folder}/small`);
    expect([bare.status, found(bare)]).toEqual([403, 'Error from cloudfront']);
  });

  it('is opened by the cookies of a member, without a function for any of a thousand', async () => {
    const { api, ops, ready, folder } = stage();
    const { answer, set, cookie } = await cookiesOf(api);
    const [, , team = '', , version = ''] = folder.split('/');
    expect(answer.body.data.teams).toEqual([team]);
    expect(set).toHaveLength(4);
    for (const each of set) expect(each).toContain(`; Path=/o/${team}/; HttpOnly; SameSite=Strict; Max-Age=240`);
    const [, , , mediaId = ''] = folder.split('/');
    const CopySource = `${ready.bucket}/renditions/${team}/${mediaId}/${version}/small.webp`;
    const paths = Array.from({ length: PICTURES }, (_, at) => `${team}/scrolled-${at}/${version}/small`);
    for (let at = 0; at < PICTURES; at += 50) {
      const copies = paths.slice(at, at + 50).map((path) => {
        const Key = `renditions/${path}.webp`;
        return ops.s3.send(new CopyObjectCommand({ Bucket: ready.bucket, Key, CopySource }));
      });
      await Promise.all(copies);
    }
    const before = worked();
    const statuses = new Set<number>();
    for (let at = 0; at < PICTURES; at += 50) {
      const asked = paths.slice(at, at + 50).map((path) => fetch(`${ready.http}/o/${path}`, { headers: { cookie } }));
      for (const shown of await Promise.all(asked)) {
        statuses.add(shown.status);
        await shown.arrayBuffer();
      }
    }
    expect([...statuses]).toEqual([200]);
    expect(worked()).toBe(before);
    const again = await askAsVisitor(`${ready.http}/o/${paths[0]}`, { headers: { cookie } });
    expect(found(again)).toBe('Hit from cloudfront');
  }, 60_000);

  it('is opened by no cookie of another team, however its address is written, and no origin is asked', async () => {
    const { api, ready, folder } = stage();
    const own = await cookiesOf(api);
    const other = await cookiesOf(stranger);
    const [theirs] = other.answer.body.data.teams;
    const path = folder.slice('/o/'.length);
    // It is kept by the edge already, for those who may see it.
    expect((await askAsVisitor(`${ready.http}${folder}/small`, { headers: { cookie: own.cookie } })).status).toBe(200);
    const spellings = [
      `/o/${path}/small`,
      `/o/${theirs}/../${path}/small`,
      `/o/${theirs}/..%2f${path}/small`,
      `/o/${theirs}%2f..%2f${path}/small`,
      `/o/${theirs}/%2e%2e/${path}/small`,
      `/o//${path}/small`,
      `/O/${path}/small`,
    ];
    for (const each of spellings) {
      const refused = await askAsVisitor(ready.http + each, { headers: { cookie: other.cookie } });
      expect([each, [403, 404].includes(refused.status), found(refused)]).toEqual([
        each,
        true,
        'Error from cloudfront',
      ]);
      expect(refused.body.subarray(0, 4).toString()).not.toBe('RIFF');
    }
    const altered = own.cookie.replace(/(CloudFront-Signature=).{8}/, '$1AAAAAAAA');
    for (const cookie of [altered, own.cookie.replace(/CloudFront-Policy=[^;]+/, 'CloudFront-Policy=e30_'), '']) {
      expect((await askAsVisitor(`${ready.http}${folder}/small`, { headers: { cookie } })).status).toBe(403);
    }
  });

  it('is opened to no one by a call without the right to read, or by one of another site', async () => {
    const { ready } = stage();
    const { email, password } = ready;
    const login = await client(ready, {}).call('POST', '/api/v1/auth/login', { json: { email, password } });
    const owner = client(ready, { authorization: `Bearer ${login.body.data.accessToken}` });
    const key = await owner.call('POST', '/api/v1/api-keys', { json: { name: 'writes', scopes: ['media:create'] } });
    const writer = client({ http: ready.http, apiKey: key.body.data.key });
    for (const caller of [writer, client(ready, {})]) {
      const { answer, set } = await cookiesOf(caller);
      expect([401, 403]).toContain(answer.status);
      expect(set).toEqual([]);
    }
    const session =
      login.headers
        .getSetCookie()
        .find((each) => each.startsWith('session='))
        ?.split(';', 1)[0] ?? '';
    const cross = { cookie: session, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect((await cookiesOf(client(ready, cross))).answer.status).toBe(403);
    expect((await cookiesOf(client(ready, { cookie: session }))).set).toHaveLength(4);
  });
};
