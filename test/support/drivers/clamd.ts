import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The harmless file that every scanner takes for malware; in two halves, or scanners would take this one for it. */
export const EICAR = Buffer.from(`X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-${'ANTIVIRUS-TEST-FILE!$H+H*'}`);

/** Why there is no daemon to test with; undefined where there is one. */
export const noClamd: string | undefined = spawnSync('clamd', ['--version']).error
  ? 'clamd is not installed (apt-get install clamav-daemon)'
  : undefined;

export interface Clamd {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Starts a ClamAV daemon on loopback that knows one piece of malware, EICAR, and takes streams of up to 1 MB. */
export const startClamd = async (): Promise<Clamd> => {
  const folder = mkdtempSync(join(tmpdir(), 'mediashelf-clamd-'));
  const md5 = createHash('md5').update(EICAR).digest('hex');
  writeFileSync(join(folder, 'test.hdb'), `${md5}:${EICAR.length}:Test.Eicar\n`);
  const port = await freePort();
  const settings = {
    DatabaseDirectory: folder,
    TemporaryDirectory: folder,
    TCPAddr: '127.0.0.1',
    TCPSocket: port,
    Foreground: 'yes',
    StreamMaxLength: '1M',
  };
  const file = join(folder, 'clamd.conf');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name} ${value}\n`)
      .join(''),
  );
  const child: ChildProcess = spawn('clamd', ['--config-file', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 60_000; !(await answers(port)); await pause(100)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`clamd does not start:\n${said}`);
    }
  }
  return { port, stop };
};
