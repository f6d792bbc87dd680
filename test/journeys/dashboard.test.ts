import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { browserName } from '../support/drivers/browser.ts';
import { client } from '../support/drivers/client.ts';
import { launchBrowser, openDashboard, signIn, type Watched } from '../support/drivers/dashboard.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { landscape } from '../support/fixtures/landscapes.ts';
import { detailCases } from './dashboard/detail.ts';
import { everywhereCases } from './dashboard/everywhere.ts';
import { galleryCases } from './dashboard/gallery.ts';
import { peopleCases } from './dashboard/people.ts';
import { sessionCases } from './dashboard/session.ts';
import type { Stage } from './dashboard/stage.ts';
import { uploadCases } from './dashboard/upload.ts';

const withBrowser = browserName ? describe : describe.skip;
const named = (title: string) => (browserName ? title : `${title} (skipped: this machine has no Chromium)`);

let runtime: Runtime;
let browser: Browser;
let watched: Watched;
let ids: string[] = [];

const FILES = 30;

beforeAll(async () => {
  if (!browserName) return;
  [runtime, browser] = await Promise.all([startRuntime(), launchBrowser()]);
  const { upload } = client(runtime.ready);
  for (let seed = 0; seed < FILES; seed += 5) {
    const some = Array.from({ length: 5 }, async (_, index) => {
      const bytes = await landscape(seed + index);
      const { mediaId } = await upload({ name: `landscape-${seed + index}.jpg`, type: 'image/jpeg', bytes });
      return mediaId as string;
    });
    ids = [...ids, ...(await Promise.all(some))];
  }
  watched = await openDashboard(browser, runtime.ready);
  await signIn(watched.page, runtime.ready);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await runtime?.stop();
});
afterEach(() => {
  if (watched) expect(watched.odd.splice(0)).toEqual([]);
});

/** One booted stack, one library and one signed-in page for all cases. */
const stage = (): Stage => ({
  ready: runtime.ready,
  browser,
  page: watched.page,
  allow: watched.allow,
  ids,
  api: client(runtime.ready),
});

withBrowser(named('the dashboard: serving and sessions'), () => sessionCases(stage));
withBrowser(named('the dashboard: gallery'), () => galleryCases(stage));
withBrowser(named('the dashboard: a file'), () => detailCases(stage));
withBrowser(named('the dashboard: uploads'), () => uploadCases(stage));
withBrowser(named('the dashboard: people, keys and trash'), () => peopleCases(stage));
withBrowser(named('the dashboard: everywhere'), () => everywhereCases(stage));
