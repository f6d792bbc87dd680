import { expect, it } from '@jest/globals';
import { cells, openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import type { Stage } from './stage.ts';

const UNAUTHORIZED = /401 \(Unauthorized\)/;

export const sessionCases = (stage: () => Stage): void => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${stage().ready.http}${path}`, { headers, redirect: 'manual' });

  it('is one document at every address, with a strict policy and its version', async () => {
    for (const path of ['/app', '/app/', '/app/trash', '/app/any/depth?x=1&x=2']) {
      const { status, headers } = await get(path);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("require-trusted-types-for 'script'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect((await get(path, { 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304);
    }
  });

  it('has files that browsers keep for ever, and a plain 404 for those of another release', async () => {
    const html = await (await get('/app/')).text();
    const [, script = ''] = /src="(\/app\/assets\/[^"]+)"/.exec(html) ?? [];
    const { status, headers } = await get(script);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const missing = await get('/app/assets/index-00000000.js');
    expect(missing.status).toBe(404);
    expect(missing.headers.get('cache-control')).toBe('no-store');
    expect(missing.headers.get('content-type')).toBe('application/json');
  });

  it('asks for the password without a request that fails, and says what is wrong', async () => {
    const { browser, ready } = stage();
    const { page, odd, allow } = await openDashboard(browser, ready);
    await page.goto(`${ready.http}/app/sign-in?next=//evil.example/app/`);
    await page.getByLabel('E-mail address').fill(ready.email);
    await page.getByLabel('Password').fill('not the password');
    expect(odd).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText('Wrong e-mail address or password.').waitFor();
    allow(UNAUTHORIZED);
    await page.getByLabel('Password').fill(ready.password);
    await page.keyboard.press('Enter');
    await page.locator('.shell').waitFor();
    expect(page.url()).toBe(`${ready.http}/app/`);
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('signs in again over the page when the session has ended, and keeps the work', async () => {
    const { browser, ready, ids } = stage();
    const { page, odd, allow } = await openDashboard(browser, ready);
    await signIn(page, ready, `/app/?item=${ids[0]}&part=edit`);
    await page.getByLabel('Caption').fill('Written before the session ended');
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByLabel('Password').fill(ready.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    allow(UNAUTHORIZED);
    expect(await page.getByLabel('Caption').inputValue()).toBe('Written before the session ended');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('drops what another tab knows when one signs out', async () => {
    const { browser, ready } = stage();
    const { page, odd } = await openDashboard(browser, ready);
    await signIn(page, ready);
    const other = await page.context().newPage();
    await other.goto(`${ready.http}/app/`);
    await cells(other).first().waitFor();
    await page.goto(`${ready.http}/app/account`);
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
    for (const each of [page, other]) await each.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await other.getByRole('gridcell').count()).toBe(0);
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('cannot be framed, and its session writes nothing for another site', async () => {
    const { ready, api } = stage();
    const answer = await api.call('POST', '/api/v1/auth/logout', {
      headers: { origin: 'https://evil.example', cookie: 'session=any', authorization: '' },
    });
    expect([401, 403]).toContain(answer.status);
    expect((await fetch(`${ready.http}/app/`)).headers.get('content-security-policy')).toContain(
      "frame-ancestors 'none'",
    );
  });
};
