import { expect, it } from '@jest/globals';
import { cells, launchBrowser, openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import type { EdgeStage } from './stage.ts';

export const dashboardAtEdgeCases = (stage: () => EdgeStage): void => {
  it('shows private pictures by cookies of its team, at addresses that stay the same', async () => {
    const { ready, folder } = stage();
    const browser = await launchBrowser();
    try {
      const { page, odd } = await openDashboard(browser, ready);
      await signIn(page, ready);
      const picture = cells(page).locator(`img[src^="${folder}/"]`).first();
      await picture.waitFor();
      await page.waitForFunction(
        ([start]) =>
          // biome-ignore lint/suspicious/noExplicitAny: the types of a page are not those of the tests
          (globalThis as any).document.querySelector(`img[src^="${start}/"]`).naturalWidth > 0,
        [folder],
      );
      expect(await picture.getAttribute('src')).toBe(`${folder}/medium`);
      const cookies = (await page.context().cookies(`${ready.http}${folder}/medium`)).filter(({ name }) =>
        name.startsWith('CloudFront-'),
      );
      expect(cookies.map(({ httpOnly, sameSite, path }) => [httpOnly, sameSite, path])).toEqual(
        Array.from({ length: 4 }, () => [true, 'Strict', `${folder.split('/').slice(0, 3).join('/')}/`]),
      );
      expect(odd).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);
};
