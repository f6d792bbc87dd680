import { expect, it } from '@jest/globals';
import { openDashboard, signIn } from '../../support/drivers/dashboard.ts';
import { mailTo } from '../../support/drivers/mails.ts';
import type { Stage } from './stage.ts';

export const peopleCases = (stage: () => Stage): void => {
  const go = async (path: string) => {
    await stage().page.goto(`${stage().ready.http}/app/${path}`);
    return stage().page;
  };

  it('deletes a file for good when the word was typed', async () => {
    const { api, ids } = stage();
    await api.call('DELETE', `/api/v1/media/${ids[7]}`);
    const page = await go('trash');
    await page.getByText('30 days left').first().waitFor();
    await page.getByRole('button', { name: 'Delete for good: landscape-7.jpg' }).click();
    const dialog = page.getByRole('alertdialog');
    const confirm = dialog.getByRole('button', { name: 'Delete for good' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('delete');
    await confirm.click();
    await page.getByText('landscape-7.jpg was deleted for good').waitFor();
  });

  it('shows a key once, in no address and no storage', async () => {
    const page = await go('keys');
    await page.getByLabel('Name').fill('Web site');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const key = await page.locator('.secret code').innerText();
    expect(key).toMatch(/^sk_live_/);
    expect(
      await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])'),
    ).not.toContain(key);
    await page.reload();
    await page.getByText('Web site').first().waitFor();
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke the key Web site' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The key Web site was revoked').waitFor();
  });

  it('invites a viewer, who joins, sees the files, and is offered nothing that is refused', async () => {
    const { browser, ready } = stage();
    const page = await go('team');
    await page.getByText('A team needs an owner').waitFor();
    await page.getByLabel('E-mail address').fill('viewer@example.com');
    await page.getByRole('button', { name: /Role/ }).click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await page.getByRole('button', { name: 'Invite a person' }).click();
    const address = await page.locator('.secret code').innerText();
    const guest = await openDashboard(browser, ready);
    await guest.page.goto(address);
    expect(guest.page.url()).toBe(`${ready.http}/app/invitation`);
    await guest.page.getByLabel('New password').fill('a long walk by the sea 7');
    await guest.page.getByRole('button', { name: 'Join the team' }).click();
    await guest.page.getByRole('gridcell').first().waitFor();
    expect(await guest.page.getByRole('button', { name: 'Upload' }).count()).toBe(0);
    await guest.page.getByRole('gridcell').first().click();
    await guest.page.getByRole('tab', { name: 'Edit' }).click();
    expect(await guest.page.getByLabel('Title').getAttribute('readonly')).not.toBeNull();
    for (const name of ['Move to trash', 'Save', 'Add a tag'])
      expect(await guest.page.getByRole('button', { name }).count()).toBe(0);
    for (const section of ['tags', 'trash', 'activity', 'usage', 'team', 'account', 'keys', 'webhooks']) {
      await guest.page.goto(`${ready.http}/app/${section}`);
      await guest.page.getByRole('heading', { level: 1 }).waitFor();
      await guest.page.waitForLoadState('networkidle');
    }
    await guest.page.getByText('Only owners and admins of the team see this').waitFor();
    expect(await guest.page.getByRole('button', { name: /Create/ }).count()).toBe(0);
    expect(guest.odd).toEqual([]);
    await guest.page.context().close();
  });

  it('mails an invitation that opens its page, and a new password to the person who lost theirs', async () => {
    const { browser, ready } = stage();
    const page = await go('team');
    await page.getByText('A team needs an owner').waitFor();
    await page.getByLabel('E-mail address').fill('mailed@example.com');
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await page.getByText('is on its way to mailed@example.com').waitFor();
    const invitation = await mailTo(ready, 'mailed@example.com');
    const { page: own, odd } = await openDashboard(browser, ready);
    await own.goto(invitation.address);
    expect(own.url()).toBe(`${ready.http}/app/invitation`);
    await own.getByLabel('New password').fill('a long walk by the sea 7');
    await own.getByRole('button', { name: 'Join the team' }).click();
    await own.locator('.shell').waitFor();
    await own.context().clearCookies();
    await own.goto(`${ready.http}/app/`);
    await own.getByRole('link', { name: 'Forgot your password?' }).click();
    await own.getByLabel('E-mail address').fill('mailed@example.com');
    await own.getByRole('button', { name: 'Send the mail' }).click();
    await own.getByText('a mail is on its way').waitFor();
    const reset = await mailTo(ready, 'mailed@example.com', 2);
    const addresses: string[] = [];
    own.on('request', (request) => addresses.push(request.url() + JSON.stringify(request.headers())));
    await own.goto(reset.address);
    expect(own.url()).toBe(`${ready.http}/app/new-password`);
    await own.getByLabel('New password').fill('short');
    await own.getByRole('button', { name: 'Set the password' }).click();
    await own.getByText('This password is too short').waitFor();
    odd.splice(0, odd.length, ...odd.filter((each) => !/400 \(Bad Request\)/.test(each)));
    await own.getByLabel('New password').fill('quite another walk 8');
    await own.getByRole('button', { name: 'Set the password' }).click();
    await own.getByText('The new password is set').waitFor();
    expect(addresses.filter((each) => each.includes(reset.token))).toEqual([]);
    expect(await own.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).not.toContain(
      reset.token,
    );
    await own.getByRole('button', { name: 'Sign in' }).click();
    await own.getByLabel('E-mail address').fill('mailed@example.com');
    await own.getByLabel('Password').fill('quite another walk 8');
    await own.keyboard.press('Enter');
    await own.locator('.shell').waitFor();
    expect(odd).toEqual([]);
    await own.context().close();
  });

  it('shares files by a link with a password, which shows them to a visitor until it is revoked', async () => {
    const { browser, ready, ids } = stage();
    const page = await go(`?item=${ids[1]}`);
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: /Share/ });
    await dialog.getByLabel('Name').fill('For the printer');
    await dialog.getByLabel('Password (optional)').fill('a word for guests');
    await dialog.getByText('also opens at its own address').waitFor();
    await dialog.getByRole('button', { name: 'Create a link' }).click();
    const address = await page.locator('.secret code').innerText();

    const visitor = await openDashboard(browser, ready);
    const asked: string[] = [];
    visitor.page.on('request', (request) => void asked.push(request.url()));
    await visitor.page.goto(address);
    await visitor.page.getByText('This link has a password').waitFor();
    expect(visitor.page.url()).toBe(`${ready.http}/app/s`);
    await visitor.page.getByLabel('Password').fill('a wrong word');
    await visitor.page.getByRole('button', { name: 'Open' }).click();
    await visitor.page.getByText('Wrong password.').waitFor();
    await visitor.page.getByLabel('Password').fill('a word for guests');
    await visitor.page.getByRole('button', { name: 'Open' }).click();
    await visitor.page.getByRole('heading', { name: 'For the printer' }).waitFor();
    await visitor.page.getByRole('button', { name: /^Show / }).click();
    await visitor.page.locator('.shared-stage > img').waitFor();
    await visitor.page.keyboard.press('Escape');
    const download = visitor.page.waitForEvent('download');
    await visitor.page.getByRole('button', { name: /^Download / }).click();
    expect((await download).suggestedFilename()).toMatch(/\.jpg$/);
    const token = address.split('#')[1] ?? '';
    const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, history.state])';
    expect(await visitor.page.evaluate<string>(kept)).not.toContain(token);
    expect(asked.filter((url) => url.includes(token))).toEqual([]);
    expect(await visitor.page.context().cookies()).toEqual([]);

    await go('links');
    await page.getByText('Opened once').waitFor();
    await page.getByRole('button', { name: 'Revoke the link For the printer' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('The link For the printer was revoked').waitFor();
    await visitor.page.getByRole('button', { name: /^Download / }).click();
    await visitor.page.getByText('This link opens nothing').waitFor();
    visitor.allow(/status of 40[14]/);
    expect(visitor.odd).toEqual([]);
    await visitor.page.context().close();
  });

  it('collects files, orders them with the keyboard, and takes one out', async () => {
    const page = await go('');
    const cells = page.getByRole('gridcell');
    await cells.first().waitFor();
    for (const index of [0, 1]) await cells.nth(index).click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Add to collection' }).click();
    await page.getByRole('menuitem', { name: 'New collection' }).click();
    await page.getByText('Added to Untitled: 2').waitFor();
    await go('collections');
    await page.getByRole('link', { name: 'Untitled' }).click();
    const rows = page.getByRole('grid', { name: 'Untitled' }).getByRole('row');
    await rows.nth(1).waitFor();
    const names = async () => (await rows.getByRole('link').allInnerTexts()).map((text) => text.trim());
    const [first = '', second = ''] = await names();
    await page.getByRole('button', { name: `Move ${first}` }).focus();
    const sent = page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/items'),
    );
    await page.keyboard.press('Enter');
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key);
    await sent;
    await page.reload();
    await rows.nth(1).waitFor();
    expect(await names()).toEqual([second, first]);
    await page.getByRole('button', { name: `Take ${second} out` }).click();
    await rows.nth(1).waitFor({ state: 'detached' });
    expect(await names()).toEqual([first]);
  });

  it('saves a view of the library, which brings back what it showed', async () => {
    const page = await go('?q=landscape&sort=filename-asc');
    await page.getByRole('gridcell').first().waitFor();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save or delete views' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('By name');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('The view By name was saved').waitFor();
    await go('?kind=image');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'By name' }).click();
    await page.waitForURL((url) => url.searchParams.get('sort') === 'filename-asc');
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ q: 'landscape', sort: 'filename-asc' });
  });

  it('makes a team of its own, and shows nothing of the other one there', async () => {
    const { browser, ready } = stage();
    const { page, odd, allow } = await openDashboard(browser, ready);
    await signIn(page, ready, '/app/team');
    await page.getByLabel('Name of the team').last().fill('Second team');
    await page.getByRole('button', { name: 'Create a team' }).click();
    await page.getByRole('button', { name: /Second team/ }).waitFor();
    await page.goto(`${ready.http}/app/`);
    await page.getByText('Your library is empty').waitFor();
    expect(await page.getByRole('gridcell').count()).toBe(0);
    // The connection of the former team is closed, be it open yet or not.
    allow(/WebSocket is closed before/);
    expect(odd).toEqual([]);
    await page.context().close();
  });

  it('makes a webhook, tries it out, sends a delivery again, switches it off, and deletes it', async () => {
    const page = await go('webhooks');
    await page.getByLabel('Address').fill('https://hooks.example.com/in');
    await page.getByRole('button', { name: 'Create a webhook' }).click();
    await page.getByText('Check signatures with this secret').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Send a test to https://hooks.example.com/in' }).click();
    await page.getByText('webhook.test').waitFor();
    await page.getByText('attempt 1').waitFor();
    await page.getByRole('button', { name: 'Send webhook.test again' }).click();
    await page.getByText('attempt 2').waitFor();
    await page.getByRole('switch').press('Space');
    await page.getByText('Off', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^Delete the webhook/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('There are no webhooks yet').waitFor();
  });
};
