import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { originalKey } from '../../../functions/domain/media.ts';
import { GENERATION_OBJECT } from '../../../functions/lifecycle/generation.ts';
import { MOST_ORPHANS } from '../../../functions/lifecycle/remove-orphans.ts';
import { type SweepEvent, sweep } from '../../../functions/lifecycle/sweep.ts';
import { generationKey } from '../../../functions/table/keys.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { teamOfFiles } from '../../support/drivers/team-of-files.ts';

// A library for each: they lose its table.
let library: Library;
let ours: ReturnType<typeof teamOfFiles>;
beforeEach(async () => {
  library = await startLibrary();
  ours = teamOfFiles(library);
});
afterEach(() => library?.stop());

const DAYS = 24 * 3600 * 1000;
const run = (event: SweepEvent = { part: 'orphans' }) => sweep(ours.deps)(event);
const upload = (name: string) => ours.upload({ name, bytes: `the words of ${name}` });
const objects = async () => (await library.ops.keys()).filter((key) => key.startsWith('originals/')).length;
const mark = async () => Buffer.from((await library.files.readRange(GENERATION_OBJECT, 0, 100)) ?? []).toString();
const loseTable = async () => {
  for (const { pk, sk } of await library.ops.items()) await library.ops.removeItem({ pk: String(pk), sk: String(sk) });
};

describe('a table that was lost beside its bucket', () => {
  it('costs no object: the sweep stops, and says why, until the table is back', async () => {
    await upload('one.txt');
    await upload('two.txt');
    expect(await run()).toMatchObject({ orphans: 0 });
    expect(await library.table.get(generationKey)).toMatchObject({ id: await mark() });
    const items = await library.ops.items();
    await loseTable();
    ours.later(2 * DAYS);
    await expect(run()).rejects.toThrow(/no object was removed: .*made anew or restored/);
    // The rest of the sweep goes on.
    await run({ part: 'due' });
    await ours.upload({ name: 'new.txt', bytes: 'in the new table' });
    await expect(run()).rejects.toThrow('no object was removed');
    expect(await objects()).toBe(3);
    for (const item of items) await library.ops.putItem(item);
    expect(await run()).toMatchObject({ orphans: 0 });
  });

  it('is refused as another one as well, and taken on the word of an operator', async () => {
    await upload('one.txt');
    await run();
    const before = await mark();
    await library.ops.putItem({ ...generationKey, id: 'of another library' });
    await expect(run()).rejects.toThrow(/that of the table is of another library/);
    await run({ part: 'orphans', adopt: true });
    expect(await library.table.get(generationKey)).toMatchObject({ id: before });
    expect(await run()).toMatchObject({ orphans: 0 });
  });
});

describe('a bucket that is new beside its table', () => {
  it('gets the mark of the table', async () => {
    await run();
    const before = await mark();
    await library.ops.remove(GENERATION_OBJECT);
    await run();
    expect(await mark()).toBe(before);
  });
});

describe('a sweep that would remove more than a small share', () => {
  const orphans = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      await library.files.write(originalKey('team', `media-${index}`, 'version'), Buffer.from('x'), 'text/plain');
    }
  };

  it('stops before it removes one, until an operator says that they may go', async () => {
    await run();
    await orphans(MOST_ORPHANS + 1);
    ours.later(2 * DAYS);
    for (const _ of ['now', 'and an hour later']) await expect(run()).rejects.toThrow('belong to nothing');
    expect(await objects()).toBe(MOST_ORPHANS + 1);
    expect(await run({ part: 'orphans', removeMore: true })).toMatchObject({ orphans: MOST_ORPHANS + 1 });
    expect(await objects()).toBe(0);
  });

  it('removes a few as ever', async () => {
    await orphans(MOST_ORPHANS);
    ours.later(2 * DAYS);
    expect(await run()).toMatchObject({ orphans: MOST_ORPHANS });
  });
});

describe("the runbook's restore of the whole table", () => {
  it('ends in a library that adds up, with the objects of the lost time removed on an operator’s word', async () => {
    const kept = await upload('kept.txt');
    const replaced = await upload('replaced.txt');
    await run();
    const copy = await library.ops.items();
    // After the point in time: a new record, another file, a record in the trash.
    const late = await upload('late.txt');
    const renamed = await ours.replace(replaced.id, { name: 'after.txt', bytes: 'other words' });
    await ours.remove(kept.id);

    await loseTable();
    for (const item of copy) await library.ops.putItem(item);
    await library.ops.removeItem(generationKey);
    ours.later(2 * DAYS);
    // While records may still be missing, no object goes.
    await expect(run()).rejects.toThrow('no object was removed');
    await ours.recount();
    const keys = await library.ops.keys();
    for (const { teamId, id, fileVersion } of [kept, replaced, late, renamed])
      expect(keys).toContain(originalKey(teamId, id, fileVersion ?? ''));

    await run({ part: 'orphans', adopt: true });
    expect(await ours.get(kept.id)).toMatchObject({ state: 'active', filename: 'kept.txt' });
    expect(await ours.get(replaced.id)).toMatchObject({ filename: 'replaced.txt' });
    expect(await library.files.head(originalKey(late.teamId, late.id, late.fileVersion ?? ''))).toBeUndefined();
    expect(await checkLibrary(library.ops)).toEqual([]);
  });
});
