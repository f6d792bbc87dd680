import { beforeEach, expect, it } from '@jest/globals';
import { cells, openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { landscape } from '../../support/fixtures/landscapes.ts';
import type { Stage } from './stage.ts';

export const galleryCases = (stage: () => Stage): void => {
  const id = (index: number) => cells(stage().page).nth(index).getAttribute('data-id');
  const focused = () => stage().page.evaluate('document.activeElement?.getAttribute("data-id")');
  const selected = () => stage().page.getByRole('gridcell', { selected: true }).count();
  const press = (key: string) => stage().page.keyboard.press(key);

  beforeEach(async () => {
    await stage().page.goto(`${stage().ready.http}/app/`);
    await cells(stage().page).first().waitFor();
  });

  it('shows a blurred picture before each one, and nothing moves when it comes', async () => {
    const { browser, ready } = stage();
    const { page, odd } = await openDashboard(browser, ready);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/m\//, async (route) => {
      await held;
      await route.continue();
    });
    await page.addInitScript(
      'globalThis.shifts = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts += entry.value; }).observe({ type: "layout-shift", buffered: true });',
    );
    await signIn(page, ready);
    await cells(page).first().waitFor();
    expect(await page.evaluate("getComputedStyle(document.querySelector('.preview')).backgroundImage")).toMatch(
      /^url\("data:image\/png/,
    );
    await page.evaluate('globalThis.shifts = 0');
    release();
    // Not by Playwright's polling, which evaluates a string in the page: its policy refuses that.
    const shown =
      '[...document.querySelectorAll(".preview img")].every((image) => image.complete && image.naturalWidth > 0)';
    await eventually(async () => expect(await page.evaluate(shown)).toBe(true));
    expect(await page.evaluate('globalThis.shifts')).toBe(0);
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('has its state in the address: search, kind, order, view', async () => {
    const { page, ready } = stage();
    await page.getByRole('searchbox', { name: 'Search' }).fill('landscape-7');
    await page.getByText('1 file', { exact: true }).waitFor();
    expect(page.url()).toBe(`${ready.http}/app/?q=landscape-7`);
    await page.getByRole('button', { name: 'List' }).click();
    await page.reload();
    await page.getByText('landscape-7.jpg').waitFor();
    expect(await cells(page).count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such file');
    await page.getByRole('button', { name: 'Remove all filters' }).click();
    await page.getByText('30 files', { exact: true }).waitFor();
    await page.getByRole('button', { name: /Order/ }).click();
    await page.getByRole('option', { name: 'Name A to Z' }).click();
    await page.waitForURL(/sort=filename-asc/);
    await page.getByRole('gridcell', { name: 'landscape-0.jpg' }).waitFor();
    expect(await cells(page).first().innerText()).toContain('landscape-0.jpg');
  });

  it('is walked through and selected by the keyboard alone', async () => {
    const { page } = stage();
    await cells(page).first().focus();
    const first = await focused();
    await press('ArrowRight');
    await press('ArrowDown');
    await press('ArrowUp');
    await press('ArrowLeft');
    expect(await focused()).toBe(first);
    await press('Space');
    for (let step = 0; step < 3; step += 1) await press('Shift+ArrowRight');
    await page.getByText('4 selected').first().waitFor();
    // Back over the anchor: the range follows.
    for (let step = 0; step < 2; step += 1) await press('Shift+ArrowLeft');
    await page.getByText('2 selected').first().waitFor();
    await press('Control+a');
    await page.getByText('30 selected').first().waitFor();
    await press('Escape');
    expect(await selected()).toBe(0);
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await press('Escape');
    await press('/');
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
  });

  it('selects by Ctrl and Shift in both directions', async () => {
    const { page } = stage();
    await cells(page)
      .nth(5)
      .click({ modifiers: ['Control'] });
    await cells(page)
      .nth(8)
      .click({ modifiers: ['Shift'] });
    await page.getByText('4 selected').first().waitFor();
    await cells(page)
      .nth(3)
      .click({ modifiers: ['Shift'] });
    await page.getByText('3 selected').first().waitFor();
    await cells(page)
      .nth(10)
      .click({ modifiers: ['Control'] });
    await page.getByText('4 selected').first().waitFor();
  });

  it('comes back from a file to its cell, with the focus on it', async () => {
    const { page } = stage();
    const second = await id(1);
    await cells(page).first().click();
    await page.waitForURL(/item=/);
    await page.getByRole('button', { name: 'Next file' }).click();
    await page.waitForURL(new RegExp(`item=${second}`));
    await press('Escape');
    await eventually(async () => expect(await focused()).toBe(second));
  });

  it('shows a file that another program uploads, and one that it deletes', async () => {
    const { page, api } = stage();
    await cells(page)
      .nth(2)
      .click({ modifiers: ['Control'] });
    const { mediaId } = await api.upload({ name: 'foreign.jpg', type: 'image/jpeg', bytes: await landscape(400) });
    await page.locator(`[data-id="${mediaId}"]`).waitFor();
    await page.getByText('31 files', { exact: true }).waitFor();
    expect(await selected()).toBe(1);
    await api.call('DELETE', `/api/v1/media/${mediaId}`);
    await page.getByText('30 files', { exact: true }).waitFor();
  });

  it('moves a selection to the trash, and takes it back', async () => {
    const { page } = stage();
    const first = await id(0);
    await cells(page)
      .nth(0)
      .click({ modifiers: ['Control'] });
    await cells(page)
      .nth(1)
      .click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('2 files moved to the trash').waitFor();
    await page.getByText('28 files', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('30 files', { exact: true }).waitFor();
    await page.locator(`[data-id="${first}"]`).waitFor();
  });

  it('acts on all that match in few requests, and takes it back', async () => {
    const { page, api } = stage();
    const asked: string[] = [];
    const note = (request: { method: () => string; url: () => string }): void => {
      const path = new URL(request.url()).pathname;
      if (request.method() !== 'GET' || path.startsWith('/api/v1/bulk')) asked.push(`${request.method()} ${path}`);
    };
    await cells(page).first().focus();
    await press('Control+a');
    await page.getByText('30 selected').first().waitFor();
    await cells(page)
      .nth(2)
      .click({ modifiers: ['Control'] });
    await page.getByText('29 selected').first().waitFor();
    page.on('request', note);
    await page.getByRole('button', { name: 'Move to trash' }).click();
    await page.getByText('29 files moved to the trash').waitFor();
    await page.getByText('1 file', { exact: true }).waitFor();
    expect((await api.call('GET', '/api/v1/media')).body.data.total).toBe(1);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('30 files', { exact: true }).waitFor();
    page.off('request', note);
    expect(asked.length).toBeLessThanOrEqual(20);
    expect(asked[0]).toBe('POST /api/v1/bulk/delete');
  });
};
