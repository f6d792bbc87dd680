/** One photo of 12 MP until it is active, alone and while another team has the worst files of each kind in flight. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../test/support/drivers/client.ts';
import { startRuntime } from '../../test/support/drivers/runtime.ts';
import { teamsOf } from '../../test/support/drivers/team-of.ts';
import { distinct } from '../../test/support/fixtures/pictures.ts';
import { heavyFiles } from '../rig/heavy-files.ts';
import { type BenchPhoto, twelveMegapixelPhotos } from '../rig/photos.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, median } from '../rig/table.ts';

const BUDGET = 3;
const LOOK_MILLISECONDS = 10;
const OPEN = ['pending', 'processing'];

const statusOf = async (api: Client, id: string): Promise<string> =>
  (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status;

/** Milliseconds from the announcement of a photo until it is active. */
const timeOf = async (api: Client, { name, bytes }: BenchPhoto): Promise<number> => {
  const start = performance.now();
  const { body } = await api.announce({ name, type: 'image/jpeg', bytes });
  await api.put(body.data.request, bytes);
  for (;;) {
    const status = await statusOf(api, body.data.id);
    if (status === 'active') return performance.now() - start;
    if (!OPEN.includes(status)) throw new Error(`${name} became ${status}`);
    await pause(LOOK_MILLISECONDS);
  }
};

/** Stores a round of the worst files; answers how many of all that were stored are not done with. */
const hostileTeam = async (api: Client, side: number) => {
  const files = await Promise.all(
    heavyFiles(side).map(async ({ name, type, bytes }) => ({ name, type, bytes: await bytes() })),
  );
  const ids: string[] = [];
  return {
    store: async (): Promise<void> => {
      for (const file of files) {
        const { status, body } = await api.announce({ ...file, name: `${ids.length}` });
        // Of a type or size that is refused before a byte is sent.
        if (status !== 201) continue;
        await api.put(body.data.request, file.bytes);
        ids.push(body.data.id);
      }
    },
    unfinished: async (): Promise<number> =>
      (await Promise.all(ids.map((id) => statusOf(api, id)))).filter((status) => OPEN.includes(status)).length,
  };
};

export const benchFair: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const count = quick ? 2 : 5;
  const [first, ...photos] = await twelveMegapixelPhotos(1 + 2 * count);
  const runtime = await startRuntime(['--memory', '-c', 'limits.image=64 MB', '-c', 'limits.document=64 MB']);
  try {
    const teams = teamsOf(runtime);
    const [quiet, noisy] = await Promise.all([teams.anOwner(), teams.anOwner()]);
    // Its functions are loaded, as on a server that has been up for a while.
    if (first) await timeOf(quiet.api, { ...first, bytes: distinct(first.bytes, 99) });
    const alone: number[] = [];
    const beside: number[] = [];
    for (const photo of photos.slice(0, count)) alone.push(await timeOf(quiet.api, photo));
    say('storing the worst files of each kind');
    const hostile = await hostileTeam(noisy.api, quick ? 4000 : 10_000);
    for (let round = 0; round < (quick ? 1 : 3); round += 1) await hostile.store();
    for (const photo of photos.slice(count)) {
      if ((await hostile.unfinished()) < 5) await hostile.store();
      beside.push(await timeOf(quiet.api, photo));
    }
    say(`${await hostile.unfinished()} files of the other team are not done with`);
    return [
      benchRow({
        name: 'a photo of 12 MP until active, beside the worst files of another team / alone',
        value: median(beside),
        unit: 'ms',
        baseline: median(alone),
        budget: BUDGET,
      }),
    ];
  } finally {
    await runtime.stop();
  }
};
