import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { libraryHolds } from '../support/checks/library-check.ts';
import { client } from '../support/drivers/client.ts';
import { operator } from '../support/drivers/operator.ts';
import { startRuntime } from '../support/drivers/runtime.ts';
import { distinct, photo } from '../support/fixtures/pictures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a runtime with a data folder', () => {
  it('keeps every record, object and credential over a restart', async () => {
    const first = await startRuntime(['--data', folder]);
    const { mediaId } = await client(first.ready).upload({
      name: 'a.jpg',
      type: 'image/jpeg',
      bytes: await photo(300, 200),
    });
    const before = await client(first.ready).call('GET', `/api/v1/media/${mediaId}`);
    expect(await first.stop()).toBe(0);

    const second = await startRuntime(['--data', folder]);
    try {
      expect(second.ready).toMatchObject({
        email: first.ready.email,
        password: first.ready.password,
        apiKey: first.ready.apiKey,
      });
      const after = await client(second.ready).call('GET', `/api/v1/media/${mediaId}`);
      const { url: _, renditions: __, ...fields } = before.body.data;
      expect(after.body.data).toMatchObject(fields);
      const content = await client(second.ready).call('GET', `/api/v1/media/${mediaId}/content`);
      expect((await fetch(content.headers.get('location') ?? '')).status).toBe(200);
    } finally {
      await second.stop();
    }
  });

  it('loses nothing that was acknowledged, killed at any moment of 50 uploads', async () => {
    const FILES = 50;
    const picture = await photo(400, 300);
    const announced = new Map<string, { stored: boolean }>();
    let runtime = await startRuntime(['--data', folder]);
    let killed: Promise<void> | undefined;

    const uploadAll = async () => {
      const api = client(runtime.ready);
      const queue = Array.from({ length: FILES }, (_, index) => distinct(picture, index)).values();
      const lane = async () => {
        for (const bytes of queue) {
          const { body } = await api.announce({ name: 'a.jpg', type: 'image/jpeg', bytes });
          announced.set(body.data.id, { stored: false });
          if ((await api.put(body.data.request, bytes)).status === 200) announced.set(body.data.id, { stored: true });
          // Not at a chosen moment: wherever the pipeline happens to be after a random share of the files.
          if (!killed && announced.size > 5 && Math.random() < 0.08) killed = runtime.kill();
        }
      };
      await Promise.allSettled([lane(), lane(), lane(), lane()]);
    };

    await uploadAll();
    await (killed ?? runtime.kill());
    expect(announced.size).toBeGreaterThan(0);

    runtime = await startRuntime(['--data', folder]);
    try {
      const api = client(runtime.ready);
      for (const [id, { stored }] of announced) {
        if (stored) expect([id, (await api.outcome(id)).status]).toEqual([id, 'active']);
        else
          expect(['pending', 'processing', 'active']).toContain(
            (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status,
          );
      }
      for (const [id, { stored }] of announced) {
        if (!stored && (await api.call('GET', `/api/v1/uploads/${id}`)).body.data.status === 'processing')
          await api.outcome(id);
      }
      await libraryHolds(operator(runtime.ready));
    } finally {
      await runtime.stop();
    }
  });
});
