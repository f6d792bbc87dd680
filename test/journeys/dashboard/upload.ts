import { expect, it } from '@jest/globals';
import { dropFiles } from '../../support/drivers/dashboard.ts';
import { landscape } from '../../support/fixtures/landscapes.ts';
import type { Stage } from './stage.ts';

export const uploadCases = (stage: () => Stage): void => {
  const list = () => stage().page.getByRole('region', { name: 'Uploads' });
  const rowOf = (name: string) => list().getByRole('listitem').filter({ hasText: name });
  const choose = async (...files: readonly { name: string; buffer: Buffer; mimeType?: string }[]) =>
    stage()
      .page.getByLabel('Choose files')
      .first()
      .setInputFiles(files.map((file) => ({ mimeType: 'image/jpeg', ...file })));
  const home = async () => {
    await stage().page.goto(`${stage().ready.http}/app/`);
    await stage().page.getByRole('grid').waitFor();
  };

  it('names the target while files hover, and takes what is dropped', async () => {
    const { page } = stage();
    await home();
    const file = { name: 'dropped.jpg', type: 'image/jpeg', bytes: await landscape(600) };
    await dropFiles(page, [file], 'dragenter');
    await page.getByText('Drop to upload to Mediashelf').waitFor();
    await dropFiles(page, [file], 'drop');
    await rowOf('dropped.jpg').getByText('Done').waitFor();
    await page.getByText('31 files', { exact: true }).waitFor();
  });

  it('finds content that the library or the trash has, before a byte is sent', async () => {
    const { page, api, ready, ids } = stage();
    await home();
    const puts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT' && request.url().startsWith(ready.s3)) puts.push(request.url());
    });
    await choose({ name: 'again.jpg', buffer: await landscape(0) });
    const row = rowOf('again.jpg');
    await row.getByText('Already in the library').waitFor();
    await row.getByRole('button', { name: 'Open' }).click();
    await page.waitForURL(new RegExp(`item=${ids[0]}`));
    await row.getByRole('button', { name: 'Skip' }).click();
    await row.getByText('Skipped').waitFor();
    await api.call('DELETE', `/api/v1/media/${ids[6]}`);
    await home();
    await choose({ name: 'thrown-away.jpg', buffer: await landscape(6) });
    await rowOf('thrown-away.jpg').getByText('Already in the trash').waitFor();
    await rowOf('thrown-away.jpg').getByRole('button', { name: 'Restore' }).click();
    await rowOf('thrown-away.jpg').getByText('Restored').waitFor();
    expect(puts).toEqual([]);
    expect((await api.call('GET', `/api/v1/media/${ids[6]}`)).status).toBe(200);
  });

  it('ends every row in a named state: done, refused, cancelled, done after a retry', async () => {
    const { page, ready, allow } = stage();
    await home();
    await choose(
      { name: 'no.exe', buffer: Buffer.from('MZ'), mimeType: 'application/x-msdownload' },
      { name: 'empty.jpg', buffer: Buffer.alloc(0) },
    );
    await rowOf('no.exe').getByText('Refused').waitFor();
    await rowOf('empty.jpg').getByText('Refused').waitFor();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const storage = (url: URL) => url.origin === new URL(ready.s3).origin;
    await page.route(storage, async (route) => {
      if (route.request().method() === 'PUT') await held;
      await route.continue().catch(() => undefined);
    });
    await choose({ name: 'slow.jpg', buffer: await landscape(601) });
    await rowOf('slow.jpg').getByText('Sending').waitFor();
    await rowOf('slow.jpg').getByRole('button', { name: 'Cancel slow.jpg' }).click();
    await rowOf('slow.jpg').getByText('Cancelled').waitFor();
    release();
    await page.unroute(storage);
    await rowOf('slow.jpg').getByRole('button', { name: 'Retry slow.jpg' }).click();
    await rowOf('slow.jpg').getByText('Done').waitFor();
    allow(/status of 4\d\d/);
  });

  it('queues a thousand files, and draws a few of their rows', async () => {
    const { page } = stage();
    await home();
    await page.route(/\/api\/v1\/uploads$/, () => undefined);
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      for (let index = 0; index < 1000; index += 1) data.items.add(new File(['text ' + index], 'many-' + index + '.txt', { type: 'text/plain' }));
      const input = document.querySelector('input[type=file]');
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    await list().getByText('0 of 1,000 done').waitFor();
    expect(await list().getByRole('listitem').count()).toBeLessThan(40);
    await page.getByRole('searchbox', { name: 'Search' }).fill('still quick');
    await list().getByRole('button', { name: 'Cancel all' }).click();
    await list().getByText('1,000 of 1,000 done').waitFor();
    await page.unroute(/\/api\/v1\/uploads$/);
    await page.getByRole('button', { name: 'Clear finished' }).click();
    await list().waitFor({ state: 'detached' });
  });
};
