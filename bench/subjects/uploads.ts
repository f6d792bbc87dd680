/** Photos of 12 MP uploaded eight at a time until each is active with its renditions, against the raw pipeline. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startRuntime } from '../../test/support/drivers/runtime.ts';
import { bestAlternative } from '../rig/alternatives.ts';
import { apiOf, requester, type Send } from '../rig/http-requests.ts';
import { type BenchPhoto, twelveMegapixelPhotos } from '../rig/photos.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, median, rateRow } from '../rig/table.ts';
import { announceFile, announcements, putFile } from '../rig/upload-client.ts';

const AT_ONCE = 8;
const BUDGET = 0.6;

type Ready = Awaited<ReturnType<typeof startRuntime>>['ready'];

const pipelines = fileURLToPath(new URL('../rig/rendition-pipelines.ts', import.meta.url));

/** Images a second of sharp alone: the fastest pipeline with the same outputs, two in flight. */
const rawRate = async (photos: readonly BenchPhoto[]): Promise<number> => {
  const paths = photos.map(({ path }) => path);
  const parameters = ['hand-over', String(photos.length), ...paths];
  const { stdout } = await promisify(execFile)(process.execPath, [pipelines, ...parameters]);
  return 1000 / (JSON.parse(stdout) as { milliseconds: number }).milliseconds;
};

/** Files a second from the first request until the last photo is announced with its renditions. */
const uploadRate = async (ready: Ready, photos: readonly BenchPhoto[], send: Send): Promise<number> => {
  const api = apiOf(ready, send);
  const events = await announcements(ready);
  const start = performance.now();
  const queue = photos.values();
  const lane = async (): Promise<void> => {
    for (const photo of queue) {
      const ticket = await announceFile(api, photo);
      await putFile(send, ticket, photo.bytes);
      const { renditions } = await events.active(ticket.mediaId);
      if (!renditions.small || !renditions.medium)
        throw new Error(`${photo.name} was announced without its renditions`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const rate = photos.length / ((performance.now() - start) / 1000);
  events.close();
  return rate;
};

export const benchUploads: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const count = quick ? 8 : 60;
  const rounds = quick ? 1 : 3;
  say(`making ${count} photos of 12 MP`);
  const photos = await twelveMegapixelPhotos(count);
  const runtime = await startRuntime();
  const { send, close } = requester();
  try {
    const raw: number[] = [];
    const ours: number[] = [];
    // The earlier work of a server that has been up for a while: its functions are loaded.
    await uploadRate(runtime.ready, photos.slice(0, AT_ONCE), send);
    for (let round = 0; round < rounds; round++) {
      say(`uploading ${count} photos, round ${round + 1} of ${rounds}`);
      raw.push(await rawRate(photos));
      ours.push(await uploadRate(runtime.ready, photos, send));
    }
    const measured = { value: median(ours), unit: 'files/s' };
    const best = bestAlternative('filesPerSecond');
    const name = `${count} photos of 12 MP, ${AT_ONCE} at a time, until active with renditions`;
    return [
      rateRow({ ...measured, name: `${name} / sharp alone`, baseline: median(raw), budget: BUDGET }),
      rateRow({ ...measured, name: `${name} / ${best.name}`, baseline: best.value, budget: 1 }),
    ];
  } finally {
    close();
    await runtime.stop();
  }
};
