import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runWell } from './program.ts';

const SERVER = join(import.meta.dirname, 'moto-server.py');
const FREE_PORT = join(import.meta.dirname, '..', '..', '.ci', 'free-port.mjs');
/** The server keeps all that it was told in memory. Beyond this the kernel refuses it more, and it fails with an error. */
const MEMORY_KB = 3_000_000;
const START_MS = 120_000;

/** A running moto. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto on a free port of the loopback; the kernel ends it with this process where it can. */
export const startMoto = async (programs: string): Promise<Moto> => {
  const port = (await runWell(process.execPath, [FREE_PORT])).trim();
  const command = `ulimit -v ${MEMORY_KB}; exec "$0" "$1" "$2"`;
  const child = spawn('bash', ['-c', command, join(programs, 'python'), SERVER, port], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, AWS_ACCESS_KEY_ID: 'moto', AWS_SECRET_ACCESS_KEY: 'moto' },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4000);
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const url = `http://127.0.0.1:${port}`;
  const overdue = performance.now() + START_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() > overdue) {
      await stop();
      throw new Error(`moto does not start: ${said}`);
    }
    await pause(200);
  }
  return { url, stop };
};

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(5_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
