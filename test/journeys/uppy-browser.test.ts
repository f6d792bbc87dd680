import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { browserName, openPage, type Page } from '../support/drivers/browser.ts';
import { type Client, client } from '../support/drivers/client.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { mediaOf, sessionOf } from '../support/drivers/uppy-client.ts';
import { serveUppyPages, UPPY_VERSIONS, type UppyPages, type UppyVersion } from '../support/drivers/uppy-page.ts';
import { isoMedia } from '../support/fixtures/least-files.ts';

const withBrowser = browserName ? describe : describe.skip;
const named = (title: string) => (browserName ? title : `${title} (skipped: this machine has no Chromium)`);

/** Three parts of five MiB, the last of them smaller. */
const film = isoMedia('mp42', { frames: 11 * 2 ** 20 });
const sha256 = createHash('sha256').update(film).digest('base64');

/** What the page tells of an upload. */
interface Outcome {
  readonly successful: readonly { key: string; uploadURL: string }[];
  readonly failed: readonly string[];
  /** Numbers of the parts that were sent from this page, in order. */
  readonly parts: readonly number[];
}
interface Paused {
  readonly parts: readonly number[];
  readonly s3Multipart: { readonly key: string; readonly uploadId: string };
}

let runtime: Runtime;
let pages: UppyPages;
let page: Page;
let api: Client;

beforeAll(async () => {
  if (!browserName) return;
  pages = await serveUppyPages(film);
  // The page is of another origin than API and bucket, so that what either grants by CORS is what the page has.
  runtime = await startRuntime(['--memory', '-c', `allowedOrigins=["${pages.origin}"]`]);
  api = client(runtime.ready);
  page = await openPage(`${pages.origin}/v6`);
}, 240_000);
afterAll(async () => {
  await page?.close();
  await runtime?.stop();
  await pages?.close();
});

const tokenOf = async (who: Client): Promise<string> =>
  (await who.call('POST', '/api/v1/uppy/tokens', { json: {} })).body.data.endpoint;
const open = (version: UppyVersion) => page.goTo(`${pages.origin}/${version}`);
const ask = <T = Outcome>(flow: string, ...args: readonly unknown[]): Promise<T> =>
  page.run<T>(`page.${flow}(${args.map((value) => JSON.stringify(value)).join(', ')})`);

/** The record that an upload became, of which the page knows the key. */
const recordOf = async ({ successful, failed }: Outcome) => {
  expect(failed).toEqual([]);
  const key = successful[0]?.key ?? '';
  expect((await api.outcome(sessionOf(key))).status).toBe('active');
  return (await api.call('GET', `/api/v1/media/${mediaOf(key)}`)).body.data;
};
const statusOf = async (key: string) => (await api.call('GET', `/api/v1/uploads/${sessionOf(key)}`)).body.data.status;

withBrowser.each(UPPY_VERSIONS)(named('a page with Uppy %s'), (version) => {
  let endpoint: string;
  beforeAll(async () => {
    endpoint = await tokenOf(api);
  });

  it('uploads a file in one piece, with what is said of it', async () => {
    await open(version);
    const said = { title: 'A title', alt: null, tags: 'Sea,Summer', visibility: 'private', mine: { any: 'thing' } };
    const done = await ask('single', endpoint, 'what is in it', said);
    expect(done.successful[0]?.uploadURL).toContain(done.successful[0]?.key);
    const record = await recordOf(done);
    expect(record).toMatchObject({
      filename: 'said.txt',
      title: 'A title',
      alt: null,
      visibility: 'private',
      fileSize: 13,
    });
    expect(record.tags.map(({ name }: { name: string }) => name)).toEqual(['Sea', 'Summer']);
  });

  it('shows why a file is refused', async () => {
    await open(version);
    const { successful, failed } = await ask('refused', endpoint);
    expect([successful, failed]).toEqual([
      [],
      [expect.stringMatching(/not accepted|s3\/params|Companion request failed/)],
    ]);
  });

  it('uploads a file in parts', async () => {
    await open(version);
    const done = await ask('inParts', endpoint, { size: film.length, sha256 });
    expect(done.parts).toEqual([1, 2, 3]);
    expect(await recordOf(done)).toMatchObject({
      fileSize: film.length,
      checksum: sha256,
      url: done.successful[0]?.uploadURL,
    });
  });

  it('pauses, and goes on without sending a part again', async () => {
    await open(version);
    expect((await ask<Paused>('pause', endpoint, 'paused')).parts).toEqual([1]);
    const done = await ask('resume');
    expect(done.parts).toEqual([1, 2, 3]);
    expect((await recordOf(done)).checksum).toBe(sha256);
  });

  it('is reloaded, and goes on from what the Golden Retriever kept', async () => {
    await open(version);
    const { s3Multipart } = await ask<Paused>('pause', endpoint, `reloaded-${version}`);
    await ask('kept', `reloaded-${version}`, s3Multipart);
    await open(version);
    // The new page asks for a token of its own.
    const done = await ask('restore', await tokenOf(api), `reloaded-${version}`);
    expect(done.parts).toEqual([2, 3]);
    expect(done.successful[0]?.key).toBe(s3Multipart.key);
    expect((await recordOf(done)).checksum).toBe(sha256);
  });

  it('gives an upload up', async () => {
    await open(version);
    const { s3Multipart } = await ask<Paused>('pause', endpoint, 'cancelled');
    expect(await ask<number>('cancel')).toBe(0);
    for (const deadline = Date.now() + 15_000; (await statusOf(s3Multipart.key)) !== 'deleted'; ) {
      if (Date.now() > deadline) throw new Error('the upload is still there');
    }
  });

  it('gets over a signature that expired', async () => {
    await open(version);
    const { first, retried } = await ask<{ first: Outcome; retried: Outcome }>('expire', endpoint);
    // Version 5 asks for another signature by itself, version 6 when the page says so.
    expect(first.failed).toHaveLength(version === 'v5' ? 0 : 1);
    expect((await recordOf(retried)).checksum).toBe(sha256);
  });

  it('takes over what another device began', async () => {
    await open(version === 'v5' ? 'v6' : 'v5');
    const { s3Multipart } = await ask<Paused>('pause', endpoint, `begun-${version}`);
    const login = { email: runtime.ready.email, password: runtime.ready.password };
    const { body } = await client(runtime.ready, {}).call('POST', '/api/v1/auth/login', { json: login });
    const another = client(runtime.ready, { authorization: `Bearer ${body.data.accessToken}` });
    await open(version);
    const done = await ask('takeOver', await tokenOf(another), s3Multipart);
    expect(done.parts).toEqual([2, 3]);
    expect((await recordOf(done)).checksum).toBe(sha256);
  });
});

withBrowser(named('a page with Uppy v5 and headers'), () => {
  it('needs no token', async () => {
    await open('v5');
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const endpoint = { endpoint: `${runtime.ready.http}/api/v1/uppy`, headers };
    expect((await recordOf(await ask('single', endpoint, 'by header', {}))).fileSize).toBe(9);
    expect((await recordOf(await ask('inParts', endpoint, {}))).checksum).toBe(sha256);
  });

  it('leaves nothing behind that does not belong together', async () => {
    await libraryHolds(operator(runtime.ready));
  });
});
