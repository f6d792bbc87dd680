/** The client against a bare loop of signed PUTs, with one large file; and the command line with many small ones. */
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { jsonLines, startCommand } from '../../test/support/drivers/command.ts';
import { watchMemory } from '../../test/support/drivers/cut-upload.ts';
import { type Ready, startRuntime } from '../../test/support/drivers/runtime.ts';
import { writeFilm } from '../../test/support/fixtures/film.ts';
import { distinct, photo } from '../../test/support/fixtures/pictures.ts';
import { apiOf, requester } from '../rig/http-requests.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, rateRow } from '../rig/table.ts';

const MIB = 2 ** 20;
const CONCURRENCY = 4;
/** The client hashes every part and requests signatures: the allowed cost beside sending. */
const RATE_BUDGET = 0.8;

const program = fileURLToPath(new URL('../rig/client-process.ts', import.meta.url));

interface Signed {
  readonly partNumber: number;
  readonly url: string;
  readonly headers: Record<string, string>;
}

const put = async ({ url, headers }: Signed, path: string, start: number, end: number): Promise<void> => {
  const outgoing = request(url, { method: 'PUT', headers: { ...headers, 'content-length': end - start } });
  const status = new Promise<number | undefined>((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => answer.resume().once('end', () => resolve(answer.statusCode)));
  });
  await Promise.all([
    status,
    pipeline(createReadStream(path, { start, end: end - 1, highWaterMark: 256 * 1024 }), outgoing),
  ]);
  if ((await status) !== 200) throw new Error(`a part was answered ${await status}`);
};

/** Seconds of only PUTs: all are signed before, none is hashed. */
const bareSeconds = async (ready: Ready, path: string, fileSize: number): Promise<number> => {
  const { send, close } = requester();
  const api = apiOf(ready, send);
  const body = { filename: 'film.mp4', fileSize, mimeType: 'video/mp4', multipart: true };
  const { id, multipart } = (await api.post('/uploads', body)).body.data;
  const partNumbers = Array.from({ length: multipart.partCount }, (_, index) => index + 1);
  const { parts } = (await api.post(`/uploads/${id}/parts`, { partNumbers })).body.data as { parts: Signed[] };
  const start = performance.now();
  const queue = parts.values();
  const lane = async (): Promise<void> => {
    for (const part of queue) {
      const from = (part.partNumber - 1) * multipart.partSize;
      await put(part, path, from, Math.min(from + multipart.partSize, fileSize));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  const seconds = (performance.now() - start) / 1000;
  await send(`${ready.http}/api/v1/uploads/${id}`, {
    method: 'DELETE' as 'GET',
    headers: { authorization: `Bearer ${ready.apiKey}` },
  });
  close();
  return seconds;
};

const largeFile = async (ready: Ready, pid: number | undefined, folder: string, size: number): Promise<BenchRow[]> => {
  const path = join(folder, 'film.mp4');
  await writeFilm(path, size, { sparse: true });
  const bare = await bareSeconds(ready, path, size);
  const server = watchMemory(pid);
  const { stdout } = await promisify(execFile)(process.execPath, [program, ready.http, ready.apiKey, path]);
  const { seconds, memory, requests } = JSON.parse(stdout) as { seconds: number; memory: number; requests: number };
  const name = `${size / MIB} MiB in parts`;
  const plain = { baseline: null, budget: null };
  return [
    rateRow({
      name: `${name} / bare signed PUTs`,
      value: size / 1e6 / seconds,
      unit: 'MB/s',
      baseline: size / 1e6 / bare,
      budget: RATE_BUDGET,
    }),
    benchRow({ name: `${name}: memory of the client`, value: memory, unit: 'MiB', ...plain }),
    benchRow({ name: `${name}: memory of the runtime`, value: server.end(), unit: 'MiB', ...plain }),
    benchRow({ name: `${name}: requests`, value: requests, unit: '', ...plain }),
  ];
};

const smallFiles = async (ready: Ready, folder: string, count: number): Promise<BenchRow[]> => {
  const files = join(folder, 'small');
  await mkdir(files);
  const picture = await photo(640, 480);
  for (let index = 0; index < count; index += 1) {
    const labelled = distinct(picture, index);
    // Decoders ignore bytes after the end of a JPEG: this pads any file to 20 KB.
    await writeFile(
      join(files, `${index}.jpg`),
      Buffer.concat([labelled, Buffer.alloc(Math.max(0, 20_000 - labelled.length))]),
    );
  }
  const env = { MEDIASHELF_URL: ready.http, MEDIASHELF_KEY: ready.apiKey };
  const upload = async () => {
    const { code, out, errors } = await startCommand(folder, ['upload', files, '--concurrency', '8', '--json'], { env })
      .ended;
    if (code !== 0) throw new Error(`the command ended with ${code}: ${errors}`);
    return jsonLines(out).at(-1).summary as { uploaded: number; skipped: number; seconds: number };
  };
  const [first, second] = [await upload(), await upload()];
  if (first.uploaded !== count || second.skipped !== count) throw new Error(JSON.stringify({ first, second }));
  const name = `${count} files of 20 KB by the command line`;
  const plain = { unit: 'files/s', baseline: null, budget: null };
  return [
    rateRow({ name: `${name}, until active`, value: count / first.seconds, ...plain }),
    rateRow({ name: `${name}, again: none is sent`, value: count / second.seconds, ...plain }),
  ];
};

export const benchClient: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-client-'));
  const runtime = await startRuntime([
    '--data',
    join(folder, 'data'),
    '-c',
    'limits.video=3 GB',
    '-c',
    'rateLimits.perMinute=100000',
  ]);
  try {
    const size = (quick ? 64 : 2048) * MIB;
    say(`uploading ${size / MIB} MiB, bare and by the client`);
    const large = await largeFile(runtime.ready, runtime.child.pid, folder, size);
    const count = quick ? 50 : 1000;
    say(`uploading ${count} small files, twice`);
    return [...large, ...(await smallFiles(runtime.ready, folder, count))];
  } finally {
    await runtime.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
