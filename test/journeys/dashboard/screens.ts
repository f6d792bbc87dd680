/**
 * `npx node test/journeys/dashboard/screens.ts` takes the pictures of the dashboard in `docs/dashboard/`, of a library that it
 * fills.
 */
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { client } from '../../support/drivers/client.ts';
import { cells, launchBrowser, openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import { startRuntime } from '../../support/drivers/runtime.ts';
import { landscape } from '../../support/fixtures/landscapes.ts';

const FOLDER = 'docs/dashboard';
const NAMES = [
  'Harbour',
  'Mountain lake',
  'Vineyard',
  'Lighthouse',
  'Old bridge',
  'Forest path',
  'Desert',
  'Coast road',
];

const save = async (page: Page, name: string): Promise<void> => {
  await page.waitForLoadState('networkidle');
  await sharp(await page.screenshot())
    .webp({ quality: 72 })
    .toFile(`${FOLDER}/${name}.webp`);
};

mkdirSync(FOLDER, { recursive: true });
const runtime = await startRuntime();
const browser = await launchBrowser();
try {
  const { ready } = runtime;
  const { upload, call } = client(ready);
  const ids: string[] = [];
  for (let seed = 0; seed < 30; seed += 1) {
    const title = NAMES[seed % NAMES.length] ?? '';
    const declare = { title, alt: `${title}, painted`, creator: 'Ada Painter', license: 'CC BY 4.0' };
    ids.push(
      (await upload({ name: `landscape-${seed}.jpg`, type: 'image/jpeg', bytes: await landscape(seed), declare }))
        .mediaId,
    );
  }
  const { body } = await call('POST', '/api/v1/media-tags', { json: { name: 'Portfolio' } });
  for (const id of ids.slice(20)) await call('POST', `/api/v1/media/${id}/tags`, { json: { tagId: body.data.id } });

  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await openDashboard(browser, ready, { colorScheme });
    await signIn(page, ready);
    await cells(page).first().waitFor();
    await save(page, `library-${colorScheme}`);
    if (colorScheme === 'light') {
      for (const index of [2, 3, 5])
        await cells(page)
          .nth(index)
          .click({ modifiers: ['Control'] });
      await save(page, 'selection');
    }
    await page.goto(`${ready.http}/app/?item=${ids[27]}&part=${colorScheme === 'light' ? 'info' : 'focal'}`);
    await page.getByRole('tablist').waitFor();
    await save(page, colorScheme === 'light' ? 'file' : 'focal-point');
    await page.context().close();
  }
  const { page } = await openDashboard(browser, ready, {
    viewport: { width: 390, height: 800 },
    hasTouch: true,
    isMobile: true,
  });
  await signIn(page, ready);
  await cells(page).first().waitFor();
  await save(page, 'phone');
} finally {
  await browser.close();
  await runtime.stop();
}
