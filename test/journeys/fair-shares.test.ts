import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { Client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';
import { photo } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await startRuntime();
}, 240_000);
afterAll(() => runtime?.stop());

/** Enough that a queue without lanes would have the last file wait for nearly all. */
const BACKLOG = 24;
const OPEN = ['pending', 'processing'];

/** Takes a second or so to decode, and few bytes to send. */
const slowPicture = () =>
  sharp({ create: { width: 6000, height: 6000, channels: 3, background: '#285a8c' } })
    .png({ compressionLevel: 1 })
    .toBuffer();

const announced = async (api: Client, name: string, type: string, bytes: Uint8Array) => {
  const { body } = await api.announce({ name, type, bytes });
  return { id: body.data.id as string, put: () => api.put(body.data.request, bytes) };
};
const statusOf = async (api: Client, id: string): Promise<string> =>
  (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status;

describe('the photo of a team', () => {
  it('is active while the slow files of another team, which came before it, still wait', async () => {
    const teams = teamsOf(runtime);
    const [noisy, quiet] = await Promise.all([teams.anOwner(), teams.anOwner()]);
    const slow = await slowPicture();
    const backlog = await Promise.all(
      Array.from({ length: BACKLOG }, (_, at) => announced(noisy.api, `slow-${at}.png`, 'image/png', slow)),
    );
    const mine = await announced(quiet.api, 'photo.jpg', 'image/jpeg', await photo(4000, 3000));
    await Promise.all(backlog.map(({ put }) => put()));
    await mine.put();
    for (const deadline = Date.now() + 120_000; (await statusOf(quiet.api, mine.id)) !== 'active'; await pause(50)) {
      if (Date.now() > deadline) throw new Error('the photo is not active');
    }
    const statuses = await Promise.all(backlog.map(({ id }) => statusOf(noisy.api, id)));
    expect(statuses.filter((status) => OPEN.includes(status)).length).toBeGreaterThan(BACKLOG / 2);
  }, 240_000);
});
