import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browserName, openPage, type Page } from '../support/drivers/browser.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { type Site, serveFolder } from '../support/drivers/site.ts';
import { photo } from '../support/fixtures/pictures.ts';

const withBrowser = browserName ? describe : describe.skip;
const title = browserName ? 'a page in a browser' : 'a page in a browser (skipped: this machine has no Chromium)';

let runtime: Runtime;
let api: Client;
let site: Site;
let page: Page;
beforeAll(async () => {
  if (!browserName) return;
  runtime = await startRuntime();
  api = client(runtime.ready);
  site = await serveFolder(tmpdir());
  page = await openPage(`${site.origin}/`);
}, 180_000);
afterAll(async () => {
  await page?.close();
  site?.close();
  await runtime?.stop();
});

const addressOf = async (visibility: string): Promise<string> => {
  const { mediaId } = await api.upload({
    name: 'view.jpg',
    type: 'image/jpeg',
    bytes: await photo(600, 400),
    declare: { visibility },
  });
  return (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data.url;
};

const shown = (address: string): Promise<number> =>
  page.run(`new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth);
    image.onerror = () => reject(new Error('the picture does not show'));
    image.src = ${JSON.stringify(address)};
  })`);
const fetched = (address: string): Promise<string> =>
  page.run(`fetch(${JSON.stringify(address)}).then(async (answer) => (await answer.blob()).type, String)`);

withBrowser(title, () => {
  it.each([
    ['file', 'shared', ''],
    ['file', 'public', ''],
    ['rendition', 'shared', '?rendition=medium'],
    ['transform', 'shared', '?w=320&format=webp'],
    ['negotiated transform', 'public', '?w=160'],
  ])('shows a picture and then fetches it from its one address: a %s that is %s', async (_, visibility, query) => {
    const address = (await addressOf(visibility)) + query;
    for (const where of [`${site.origin}/`, `${runtime.ready.http}/api/v1/openapi.json`]) {
      await page.goTo(where);
      for (const once of ['first', 'again']) {
        expect([once, await shown(address)]).toEqual([once, expect.any(Number)]);
        expect([once, await fetched(address)]).toEqual([once, expect.stringMatching(/^image\//)]);
      }
    }
  });

  it.each(['shared', 'private'])(
    'shows a listed rendition and then fetches it from its one address, at S3: %s',
    async (visibility) => {
      const { mediaId } = await api.upload({
        name: 'listed.jpg',
        type: 'image/jpeg',
        bytes: await photo(600, 400),
        declare: { visibility },
      });
      const listed = (await api.call('GET', '/api/v1/media')).body.data.data;
      const { small, medium, large } = listed.find(({ id }: { id: string }) => id === mediaId).renditions;
      for (const { url } of [small, medium]) expect(new URL(url).origin).toBe(new URL(runtime.ready.s3).origin);
      expect(new URL(large.url).origin).toBe(new URL(runtime.ready.http).origin);
      for (const where of [`${site.origin}/`, `${runtime.ready.http}/api/v1/openapi.json`]) {
        await page.goTo(where);
        for (const once of ['first', 'again']) {
          expect([once, await shown(medium.url)]).toEqual([once, 480]);
          expect([once, await fetched(medium.url)]).toEqual([once, 'image/webp']);
        }
      }
    },
  );

  it('shows the preview of a private file in a plain <img>', async () => {
    const bytes = await photo(600, 400);
    const { mediaId } = await api.upload({
      name: 'v.jpg',
      type: 'image/jpeg',
      bytes,
      declare: { visibility: 'private' },
    });
    await page.goTo(`${site.origin}/`);
    for (const [format, width] of [
      ['thumbnail', 480],
      ['webp', 480],
    ] as const) {
      const json = { format, size: 'medium' };
      const { body } = await api.call('POST', `/v1/media/files/${mediaId}/preview`, { json });
      expect(await shown(body.data.preview_url)).toBe(width);
    }
    const { url } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
    await expect(shown(url)).rejects.toThrow('the picture does not show');
  });
});
