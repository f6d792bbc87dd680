import { createHash, randomBytes } from 'node:crypto';
import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import { expect, it } from '@jest/globals';
import sharp from 'sharp';
import { client } from '../../support/drivers/client.ts';
import { formOf, sendForm } from '../../support/drivers/form.ts';
import type { EdgeStage } from './stage.ts';

/** A picture of noise, which no format makes smaller: about 3.9 MB, with what is around it nearly all that a call may have. */
const largePng = (side = 1140): Promise<Buffer> =>
  sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a parameter of S3 would do to a plain request for an object. */
const OF_S3 = [
  ...['response-content-type=text/html', 'response-content-disposition=attachment', 'response-cache-control=public'],
  ...['acl', 'tagging', 'torrent', 'policy', 'uploadId=x', 'versionId=null', 'partNumber=1', 'X-Amz-Expires=604800'],
];

/** What goes through the edge unchanged, and what of a request changes nothing. */
export const passedOnCases = (stage: () => EdgeStage, folder: () => string): void => {
  const get = (path: string, init: RequestInit = {}) =>
    fetch(`${stage().ready.http}${path}`, { redirect: 'manual', ...init });

  it('passes a body of 4 MB on, byte by byte', async () => {
    const { ready, api } = stage();
    const bytes = await largePng();
    expect(bytes.length).toBeGreaterThan(3_800_000);
    const headers = { authorization: `Bearer ${ready.apiKey}` };
    const form = formOf([{ field: 'files', name: 'large.png', type: 'image/png', bytes }]);
    const { status, body } = await sendForm(ready, '/api/v1/media/upload', form, headers);
    expect([status, body.data?.count]).toEqual([200, 1]);
    const { id } = body.data.media[0];
    const { data } = (await api.call('GET', `/api/v1/media/${id}`)).body;
    const stored = await fetch(data.url, { headers });
    expect(digest(new Uint8Array(await stored.arrayBuffer()))).toBe(digest(bytes));
  });

  it('passes cookies on, both ways', async () => {
    const { ready } = stage();
    const stranger = client(ready, {});
    const entered = await stranger.call('POST', '/api/v1/auth/login', {
      json: { email: ready.email, password: ready.password },
    });
    const set = entered.headers.getSetCookie();
    expect(set.length).toBeGreaterThan(1);
    const cookie = set.map((each) => each.split(';', 1)[0]).join('; ');
    const me = (headers: Record<string, string>) => stranger.call('GET', '/api/v1/auth/me', { headers });
    expect((await me({ cookie })).body.data).toEqual(
      (await me({ authorization: `Bearer ${entered.body.data.accessToken}` })).body.data,
    );
    expect((await me({})).status).toBe(401);
  });

  it.each(OF_S3)('gives a rendition as it is, whatever its signed address asks of S3: %s', async (parameter) => {
    const { ready, ops } = stage();
    const { publicKeyId: keyPairId, privateKey } = await ops.edgeKey();
    const key = { keyPairId, privateKey, algorithm: 'SHA256' as const, dateLessThan: new Date(Date.now() + 240_000) };
    const plain = await fetch(getSignedUrl({ ...key, url: `${ready.http}${folder()}/small` }));
    const asked = await fetch(getSignedUrl({ ...key, url: `${ready.http}${folder()}/small?${parameter}` }));
    expect([asked.status, asked.headers.get('x-cache')]).toEqual([200, 'Hit from cloudfront']);
    for (const name of ['content-type', 'content-disposition', 'cache-control', 'etag', 'content-security-policy'])
      expect([name, asked.headers.get(name)]).toEqual([name, plain.headers.get(name)]);
    expect(await asked.arrayBuffer()).toEqual(await plain.arrayBuffer());
  });

  it('leaves each path its own kind of error, and a page of the dashboard its page', async () => {
    const page = await get('/app/any/page');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    for (let time = 0; time < 2; time += 1) {
      const asset = await get('/app/assets/index-00000000.js');
      expect([asset.status, asset.headers.get('cache-control'), asset.headers.get('x-cache')]).toEqual([
        ...[404, 'no-store', 'Error from cloudfront'],
      ]);
      const route = await get('/api/v1/nothing');
      expect([route.status, route.headers.get('content-type')]).toEqual([
        404,
        expect.stringMatching(/^application\/json/),
      ]);
      expect(typeof (await route.json())).toBe('object');
    }
  });
};
