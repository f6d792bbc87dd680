import { expect, it } from '@jest/globals';
import { landscape } from '../../support/fixtures/landscapes.ts';
import type { Stage } from './stage.ts';

export const detailCases = (stage: () => Stage): void => {
  const open = async (index: number, part: string) => {
    const { page, ready, ids } = stage();
    await page.goto(`${ready.http}/app/?item=${ids[index]}&part=${part}`);
    await page.getByRole('tablist').waitFor();
    return page;
  };
  const record = async (index: number) =>
    (await stage().api.call('GET', `/api/v1/media/${stage().ids[index]}`)).body.data;

  it('edits texts, and shows both where another person wrote meanwhile', async () => {
    const { api, ids, allow } = stage();
    const page = await open(1, 'edit');
    await page.getByLabel('Title').fill('Mine');
    await page.getByLabel('Creator').fill('Ada');
    await api.call('PATCH', `/api/v1/media/${ids[1]}`, { json: { title: 'Theirs', caption: 'Added by another' } });
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Another person changed this file meanwhile' });
    await dialog.getByText('Mine').waitFor();
    allow(/412 \(Precondition Failed\)/);
    await dialog.getByRole('radio', { name: /Theirs/ }).press('Space');
    await dialog.getByRole('button', { name: 'Save this choice' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await record(1)).toMatchObject({ title: 'Theirs', creator: 'Ada', caption: 'Added by another' });
  });

  it('adds, creates and removes tags, and facts lead to all files that have them', async () => {
    const page = await open(2, 'edit');
    await page.getByRole('combobox', { name: 'Add a tag' }).fill('Harbour');
    await page.getByRole('option', { name: /Create the tag/ }).click();
    await page.getByRole('button', { name: 'Remove the tag Harbour' }).waitFor();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByRole('link', { name: 'Harbour' }).click();
    await page.getByText('1 file', { exact: true }).waitFor();
    expect(page.url()).toMatch(/\?tag=harbour$/);
    await open(2, 'edit');
    await page.getByRole('button', { name: 'Remove the tag Harbour' }).click();
    await page.getByRole('button', { name: 'Remove the tag Harbour' }).waitFor({ state: 'detached' });
    expect((await record(2)).tags).toEqual([]);
  });

  it('takes the focal point from the pointer, the arrow keys and numbers', async () => {
    const page = await open(3, 'focal');
    const picture = page.getByRole('button', { name: /^Focal point/ });
    const box = await picture.boundingBox();
    if (!box) throw new Error('the picture has no place');
    await picture.click({ position: { x: box.width * 0.25, y: box.height * 0.75 } });
    await picture.press('Shift+ArrowRight');
    await page.getByLabel('From the top, in %').fill('20');
    await page.getByLabel('From the top, in %').press('Tab');
    expect(await page.locator('.crop').count()).toBe(3);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const { focalX, focalY } = await record(3);
    expect(focalX).toBeCloseTo(0.35, 1);
    expect(focalY).toBe(0.2);
  });

  it('builds a changed copy with an address to copy, which draws it', async () => {
    const page = await open(4, 'transform');
    const before = (await record(4)).checksum;
    await page.getByLabel('Width').fill('300');
    await page.getByLabel('Height').fill('200');
    await page.getByLabel('Address').and(page.locator('[value*="w=300&h=200&fit=cover"]')).waitFor();
    await page.getByRole('img', { name: 'Preview of the changed picture' }).waitFor();
    await page.getByRole('button', { name: 'Copy the address' }).last().click();
    const address = await page.evaluate<string>('navigator.clipboard.readText()');
    expect((await fetch(address)).headers.get('content-type')).toMatch(/^image\//);
    expect((await record(4)).checksum).toBe(before);
  });

  it('replaces a file, and restores the one before', async () => {
    const page = await open(5, 'versions');
    const before = (await record(5)).checksum;
    await page.getByText('This file was never replaced.').waitFor();
    await page
      .getByLabel('Replace the file')
      .setInputFiles({ name: 'other.jpg', mimeType: 'image/jpeg', buffer: await landscape(500) });
    await page.getByRole('button', { name: 'Restore this version' }).click();
    await page.getByText('The version was restored').waitFor();
    expect((await record(5)).checksum).toBe(before);
  });

  it('shows a missing file as such, with a way back', async () => {
    const { page, ready, allow } = stage();
    await page.goto(`${ready.http}/app/?item=00000000-0000-4000-8000-000000000000`);
    await page.getByText('This file does not exist').waitFor();
    allow(/404 \(Not Found\)/);
    await page.getByRole('button', { name: 'Back to the library' }).last().click();
    await page.waitForURL(`${ready.http}/app/`);
  });
};
