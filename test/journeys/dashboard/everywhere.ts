import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { cells, openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import { landscape } from '../../support/fixtures/landscapes.ts';
import type { Stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const violationsOf = async (page: Page): Promise<unknown> => {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary.slice(0, 200)).join(' | ')))`,
  );
};

const SECTIONS = ['', 'tags', 'trash', 'activity', 'usage', 'team', 'keys', 'webhooks', 'account', 'nowhere'];
const NASTY = '"><img src=x onerror="globalThis.broken=1">\u202egpj.exe';

export const everywhereCases = (stage: () => Stage): void => {
  it.each([
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 320, 640],
    ['dark', 320, 640],
  ] as const)('has no fault that axe finds: %s, %i px', async (colorScheme, width, height) => {
    const { browser, ready, ids } = stage();
    const { page, odd } = await openDashboard(browser, ready, {
      colorScheme,
      viewport: { width, height },
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    await page.goto(`${ready.http}/app/`);
    await page.getByLabel('Password').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await signIn(page, ready);
    await cells(page).first().waitFor();
    const parts = ['info', 'edit', 'focal', 'transform', 'versions', 'text'].map(
      (part) => `?item=${ids[8]}&part=${part}`,
    );
    for (const path of [...SECTIONS, '?view=list', ...parts]) {
      await page.goto(`${ready.http}/app/${path}`);
      await page.waitForLoadState('networkidle');
      expect([path, await violationsOf(page)]).toEqual([path, []]);
      const [wide, shown] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect([path, wide]).toEqual([path, shown]);
    }
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('shows names and texts of people as texts, and isolates their direction', async () => {
    const { api, page, ready } = stage();
    const { mediaId } = await api.upload({
      name: '"><img src=x onerror=globalThis.broken=1>.jpg',
      type: 'image/jpeg',
      bytes: await landscape(700),
      declare: { title: NASTY, alt: NASTY, caption: `${NASTY} ${'x'.repeat(300)}` },
    });
    await api.call('POST', '/api/v1/media-tags', { json: { name: '<b onclick=alert(1)>bold</b>' } });
    for (const path of [`?item=${mediaId}`, `?item=${mediaId}&part=edit`, '?view=list', 'tags', 'activity']) {
      await page.goto(`${ready.http}/app/${path}`);
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate('globalThis.broken')).toBeUndefined();
      expect(await page.locator('img[src="x"], b[onclick]').count()).toBe(0);
    }
    await page.goto(`${ready.http}/app/?view=list`);
    const name = page.locator(`[data-id="${mediaId}"] bdi`);
    expect(await name.innerText()).toBe(NASTY);
  });

  it('speaks the language of the browser, and another one when it is chosen', async () => {
    const { browser, ready } = stage();
    const { page, odd } = await openDashboard(browser, ready, { locale: 'de-DE' });
    await page.goto(`${ready.http}/app/account`);
    await page.getByLabel('E-Mail-Adresse').fill(ready.email);
    await page.getByLabel('Passwort').fill(ready.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Darstellung' }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    await page.getByRole('button', { name: /Sprache/ }).click();
    await page.getByRole('option', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Apparence' }).waitFor();
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('has no English text left in a language from right to left', async () => {
    const { page, ready } = stage();
    await page.goto(`${ready.http}/app/?lang=pseudo`);
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.evaluate('document.documentElement.dir')).toBe('rtl');
    const texts = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a, button, h1, h2, p, [aria-label]')].flatMap((element) => [element.getAttribute('aria-label'), element.children.length === 0 ? element.textContent : '']).filter((text) => text && /[a-z]{3}/i.test(text))`,
    );
    const data = /@|Mediashelf|landscape|dropped|slow|owner|img src/;
    expect(texts.filter((text) => !/^\[/.test(text) && !data.test(text))).toEqual([]);
  });

  it('works by touch on a small screen', async () => {
    const { browser, ready } = stage();
    const { page, odd } = await openDashboard(browser, ready, {
      viewport: { width: 360, height: 640 },
      hasTouch: true,
      isMobile: true,
    });
    await signIn(page, ready);
    await cells(page).first().locator('[data-check]').tap();
    await page.getByText('1 selected').first().waitFor();
    await page.getByRole('button', { name: 'Clear the selection' }).tap();
    await cells(page).first().tap();
    await page.getByRole('tab', { name: 'Edit' }).tap();
    await page.getByRole('button', { name: 'Back to the library' }).tap();
    await page.getByRole('button', { name: 'Menu' }).tap();
    await page.getByRole('link', { name: 'Usage' }).tap();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    expect(odd).toEqual([]);
    await page.context().close();
  });
};
