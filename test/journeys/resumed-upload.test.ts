import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/client.ts';
import { isoMedia } from '../support/least-files.ts';
import { type Operator, operator } from '../support/operator.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

const MIB = 2 ** 20;
const SIZE = 200 * MIB;
let runtime: Runtime;
let api: Client;
let ops: Operator;
let folder: string;
let path: string;
let sha256: string;

/** A film of 200 MiB on disk, no two parts of it alike. */
const writeFilm = async (): Promise<void> => {
  const least = isoMedia('mp42', { frames: 0 });
  const frames = SIZE - least.length;
  const place = least.indexOf('mdat') - 4;
  least.writeUInt32BE(frames + 8, place);
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const write = async (bytes: Buffer) => {
    hash.update(bytes);
    await file.write(bytes);
  };
  await write(least.subarray(0, place + 8));
  for (let written = 0; written < frames; written += MIB) {
    await write(Buffer.alloc(Math.min(MIB, frames - written), written / MIB));
  }
  await write(least.subarray(place + 8));
  await file.close();
  sha256 = hash.digest('base64');
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mediashelf-resume-'));
  path = join(folder, 'film.mp4');
  await writeFilm();
  runtime = await startRuntime(['--data', join(folder, 'data'), '-c', 'limits.video=1 GB']);
  api = client(runtime.ready);
  ops = operator(runtime.ready);
}, 120_000);
afterAll(async () => {
  await runtime?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Sends what S3 lacks, from a process of its own; ends by itself when all is sent. */
const sender = (id: string) => {
  const child = spawn(
    process.execPath,
    ['test/support/send-parts.ts', runtime.ready.http, runtime.ready.apiKey, id, path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const sent: number[] = [];
  let peak = 0;
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().trim().split('\n')) {
      const { part, memory } = JSON.parse(line) as { part: number; memory: number };
      sent.push(part);
      peak = Math.max(peak, memory);
    }
  });
  const until = async (count: number) => {
    while (sent.length < count) await new Promise((resolve) => child.stdout.once('data', resolve));
  };
  return { sent, until, ended, peak: () => peak, kill: () => child.kill('SIGKILL') };
};

describe('a film of 200 MiB', () => {
  it('goes on after its client was killed, without a finished part sent again', async () => {
    const declared = { filename: 'film.mp4', fileSize: SIZE, mimeType: 'video/mp4' };
    const ticket = (await api.call('POST', '/api/v1/uploads', { json: declared })).body.data;
    expect(ticket.multipart).toEqual({ partSize: 8 * MIB, partCount: 25 });

    const first = sender(ticket.id);
    await first.until(6);
    first.kill();
    await first.ended;
    const { parts } = (await api.call('GET', `/api/v1/uploads/${ticket.id}`)).body.data;
    const held = new Set(parts.map(({ partNumber }: { partNumber: number }) => partNumber));
    expect(held.size).toBeGreaterThanOrEqual(6);
    expect(held.size).toBeLessThan(25);

    const second = sender(ticket.id);
    expect(await second.ended).toBe(0);
    expect(second.sent.filter((part) => held.has(part))).toEqual([]);
    expect(second.sent).toHaveLength(25 - held.size);

    expect((await api.call('POST', `/api/v1/uploads/${ticket.id}/complete`)).status).toBe(200);
    const done = await api.outcome(ticket.id, 90_000);
    expect(done.status).toBe('active');
    const record = (await api.call('GET', `/api/v1/media/${done.mediaId}`)).body.data;
    expect(record).toMatchObject({ fileSize: SIZE, checksum: sha256, checksumAlgorithm: 'SHA256' });
    // Less than the file, whatever its size: what Node itself takes, and the pieces that are on the way.
    expect(second.peak()).toBeLessThan(160 * MIB);
    expect(await ops.keys('originals/')).toHaveLength(1);
  }, 180_000);
});
