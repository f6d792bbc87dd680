import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { residentMebibytes } from '../../../bench/rig/process-usage.ts';
import { writeFilm } from '../fixtures/film.ts';
import { client } from './client.ts';
import { jsonLines, startCommand } from './command.ts';
import { type SeenPut, startProxy } from './forward-proxy.ts';
import { startRuntime } from './runtime.ts';

export interface CutUpload {
  /** The film's SHA-256, and the record that it became. */
  readonly sha256: string;
  // biome-ignore lint/suspicious/noExplicitAny: judged by matchers
  readonly record: any;
  /** How the last command ended, and its output. */
  readonly ended: { readonly code: number | null; readonly summary: unknown };
  readonly partCount: number;
  readonly puts: readonly SeenPut[];
  /** Parts that were sent although the storage had them already. */
  readonly sentTwice: readonly number[];
  /** Requests of the client beside those PUTs. */
  readonly otherRequests: number;
  /** The peak memory of the processes, in MiB: client, and runtime with all its processes. */
  readonly clientMemory: number;
  readonly runtimeMemory: number;
  readonly seconds: number;
}

export interface CutUploadOptions {
  readonly folder: string;
  readonly size: number;
  readonly sparse?: boolean;
  readonly say?: (message: string) => void;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** Samples the memory of a process until it is gone. */
export const watchMemory = (pid: number | undefined) => {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, residentMebibytes(pid ?? 0));
    } catch {
      // It ended just now, or one of its children did.
    }
  }, 100);
  return {
    end: (): number => {
      clearInterval(timer);
      return peak;
    },
  };
};

const sentAfterStored = (puts: readonly SeenPut[]): readonly number[] =>
  puts.flatMap(({ part }, index) =>
    puts.slice(0, index).some((earlier) => earlier.part === part && earlier.status === 200) ? [part] : [],
  );

/**
 * Uploads a film by the command line and interrupts it three times: the client is killed, the network is down for a while, and
 * the runtime is killed and started again. The client uses a proxy that sees every request, and lets parts pass only up to the
 * next interruption.
 */
export const uploadWithCuts = async ({
  folder,
  size,
  sparse = false,
  say = () => {},
}: CutUploadOptions): Promise<CutUpload> => {
  const home = join(folder, 'home');
  const film = join(folder, 'film.mp4');
  await mkdir(home, { recursive: true });
  say(`writing a film of ${size / 2 ** 20} MiB`);
  const sha256 = await writeFilm(film, size, { sparse });
  const flags = ['--data', join(folder, 'data'), '--port', String(await freePort()), '-c', 'limits.video=6 GB'];
  let runtime = await startRuntime(flags);
  const proxy = await startProxy();
  const { http, apiKey } = runtime.ready;
  const env = { ...proxy.env, MEDIASHELF_URL: http, MEDIASHELF_KEY: apiKey };
  const upload = () => startCommand(home, ['upload', film, '--multipart', '--resume', '--json'], { env });
  const partSize = 8 * 2 ** 20;
  const partCount = Math.ceil(size / partSize);
  const [first, second, third] = [0.25, 0.5, 0.75].map((share) => Math.max(1, Math.floor(partCount * share)));
  const began = performance.now();
  let serverMemory = watchMemory(runtime.child.pid);
  const memories: number[] = [];
  try {
    say('killing the client');
    proxy.allow(first ?? 1);
    const killed = upload();
    await Promise.race([proxy.stored(first ?? 1), killed.ended]);
    killed.child.kill('SIGKILL');
    await killed.ended;

    say('refusing the network');
    proxy.allow(second ?? 2);
    const going = upload();
    const clientMemory = watchMemory(going.child.pid);
    await Promise.race([proxy.stored(second ?? 2), going.ended]);
    await proxy.refuse();
    await pause(1_500);
    await proxy.accept();

    say('killing the runtime');
    proxy.allow(third ?? 3);
    await Promise.race([proxy.stored(third ?? 3), going.ended]);
    memories.push(serverMemory.end());
    await runtime.kill();
    proxy.allow(Number.POSITIVE_INFINITY);
    runtime = await startRuntime(flags);
    serverMemory = watchMemory(runtime.child.pid);

    say('waiting for the record');
    const { code, out, errors } = await going.ended;
    const seconds = (performance.now() - began) / 1000;
    const lines = jsonLines(out);
    const { summary } = lines.pop() ?? {};
    if (code !== 0) throw new Error(`the upload ended with ${code}: ${out}${errors}${runtime.errors()}`);
    const record = (await client(runtime.ready).call('GET', `/api/v1/media/${lines[0].mediaId}`)).body.data;
    return {
      sha256,
      record,
      ended: { code, summary },
      partCount,
      puts: proxy.puts,
      sentTwice: sentAfterStored(proxy.puts),
      otherRequests: proxy.others(),
      clientMemory: clientMemory.end(),
      runtimeMemory: Math.max(...memories, serverMemory.end()),
      seconds,
    };
  } finally {
    serverMemory.end();
    await proxy.close();
    await runtime.stop();
  }
};
