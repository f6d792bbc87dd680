import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browserName, openPage, type Page } from '../support/drivers/browser.ts';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { type Site, serveFolder } from '../support/drivers/site.ts';

const withBrowser = browserName ? describe : describe.skip;
const named = (title: string) => (browserName ? title : `${title} (skipped: this machine has no Chromium)`);

let runtime: Runtime;
let allowed: Site;
let stranger: Site;
let page: Page;

beforeAll(async () => {
  if (!browserName) return;
  const folder = join(import.meta.dirname, '..', 'support');
  [allowed, stranger] = await Promise.all([serveFolder(folder), serveFolder(folder)]);
  runtime = await startRuntime(['--memory', '-c', `allowedOrigins=["${allowed.origin}"]`]);
  page = await openPage(`${runtime.ready.http}/docs`);
}, 240_000);
afterAll(async () => {
  await page?.close();
  await runtime?.stop();
  allowed?.close();
  stranger?.close();
});

/** The status that the page gets, or `refused` when the browser keeps the answer from it. */
const ask = (path: string, options: object = {}): Promise<number | 'refused'> =>
  page.run(
    `fetch(${JSON.stringify(runtime.ready.http + path)}, ${JSON.stringify(options)}).then(({ status }) => status, () => 'refused')`,
  );
const json = (body: unknown) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const signIn = () => {
  const { email, password } = runtime.ready;
  return ask('/api/v1/auth/login', { ...json({ email, password }), credentials: 'include' });
};
const authorization = () => ({ headers: { authorization: `Bearer ${runtime.ready.apiKey}` } });

withBrowser(named('the page of the documents'), () => {
  it('calls with a key after the person has signed in, though the browser adds the cookie', async () => {
    await page.goTo(`${runtime.ready.http}/docs`);
    expect(await signIn()).toBe(200);
    expect(await ask('/api/v1/auth/me')).toBe(200);
    expect(await ask('/api/v1/media', authorization())).toBe(200);
    expect(await ask('/api/media', authorization())).toBe(200);
    expect(await ask('/api/v1/media', { headers: { authorization: 'Bearer sk_live_wrong' } })).toBe(401);
  });
});

withBrowser(named('a page of an allowed origin'), () => {
  it('uses the admin API with the cookie of its visitor', async () => {
    await page.goTo(`${allowed.origin}/`);
    expect(await signIn()).toBe(200);
    expect(await ask('/media?limit=1', { credentials: 'include' })).toBe(200);
    expect(await ask('/media?limit=1')).toBe(401);
    // A write that says too little: the use case refuses it, and not the check of its origin.
    expect(await ask('/media/add', { ...json({}), credentials: 'include' })).toBe(400);
  });
});

withBrowser(named('a page of any other origin'), () => {
  it('gets no answer by cookie, and writes nothing', async () => {
    await page.goTo(`${allowed.origin}/`);
    expect(await signIn()).toBe(200);
    await page.goTo(`${stranger.origin}/`);
    expect(await ask('/media?limit=1', { credentials: 'include' })).toBe('refused');
    const plain = { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' }, credentials: 'include' };
    expect(await ask('/api/v1/auth/logout', plain)).toBe('refused');
    const answer = await client(runtime.ready, {}).call('POST', '/api/v1/auth/logout', {
      headers: { origin: stranger.origin, cookie: 'session=any' },
    });
    expect(answer.status).toBe(403);
    await page.goTo(`${allowed.origin}/`);
    expect(await ask('/media?limit=1', { credentials: 'include' })).toBe(200);
  });
});
