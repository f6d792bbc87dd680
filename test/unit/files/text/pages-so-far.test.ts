import { writeFile } from 'node:fs/promises';
import { afterEach, expect, it, jest } from '@jest/globals';
import { pagesBeside, watchPages } from '../../../../functions/files/text/pages-so-far.ts';
import { eventually } from '../../../support/drivers/eventually.ts';
import { memoryFolder } from '../../../support/drivers/memory-folder.ts';

const pages = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    number: at + 1,
    name: null,
    text: `${at}`,
    source: 'ocr',
    confidence: 90,
  }));

const path = `${memoryFolder('pages-of-tests-')}/file`;
const note = (text: string) => writeFile(pagesBeside(path), text);
let end: () => Promise<void> = async () => {};
afterEach(() => end());

it('tells of pages that a process noted, each time there are more', async () => {
  const tell = jest.fn(async (_: readonly unknown[]) => undefined);
  end = watchPages(path, tell, 5);
  await note(JSON.stringify(pages(1)));
  await eventually(async () => expect(tell).toHaveBeenCalledTimes(1));
  await note('[{"num');
  await note(JSON.stringify(pages(3)));
  await eventually(async () => expect(tell).toHaveBeenCalledTimes(2));
  expect(tell.mock.calls.map(([told]) => told.length)).toEqual([1, 3]);
});

it('continues when a listener fails, and reports nothing after its end', async () => {
  await note(JSON.stringify(pages(1)));
  const told: number[] = [];
  end = watchPages(
    path,
    async (all) => {
      told.push(all.length);
      if (all.length === 1) throw new Error('the table is gone');
    },
    5,
  );
  await eventually(async () => expect(told).toEqual([1]));
  await note(JSON.stringify(pages(2)));
  await eventually(async () => expect(told).toEqual([1, 2]));
  await end();
  await note(JSON.stringify(pages(4)));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(told).toEqual([1, 2]);
});
