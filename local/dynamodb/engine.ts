import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freeHiddenAddress } from '../loopback.ts';
import type { ListeningService } from '../ports.ts';

/** A running DynamoDB engine. */
export interface Engine extends ListeningService {
  /** The engine's SQLite file; undefined for an engine that runs elsewhere. */
  readonly file?: string;
}

/** Where the engine stores its data, or which running one to use. */
export interface EngineOptions {
  readonly folder: string;
  /** Address of a DynamoDB that runs already (`DYNAMODB_ENDPOINT`). */
  readonly endpoint?: string;
  /** Called when the engine ends without being stopped, and cannot be started again. */
  readonly onExit: (reason: string) => void;
  readonly report?: (message: string) => void;
}

const STARTS = 3;

/**
 * Starts the DynamoDB engine on a file in `folder`, or uses the one at `endpoint`.
 *
 * The kernel kills the engine with its parent (`setpriv --pdeathsig`), so that a killed runtime leaves no process that writes
 * to the file. If that tool is missing, the next start kills the engine that it finds.
 *
 * The engine checks no signature and lets pages of any origin read its answers, so it listens at an address that no page can
 * guess. Only the proxy and the runtime itself know its address, and it is not announced.
 */
export const startEngine = async (options: EngineOptions): Promise<Engine> => {
  if (options.endpoint) return { url: options.endpoint.replace(/\/$/, ''), stop: async () => {} };
  const binary = engineBinary();
  const file = join(options.folder, 'dynamodb.sqlite');
  const pidFile = join(options.folder, 'dynamodb.pid');
  await endStaleEngine(pidFile, binary);
  const wrappers = existsSync('/usr/bin/setpriv') ? [['/usr/bin/setpriv', '--pdeathsig', 'KILL'], []] : [[]];
  let reason = '';
  for (const wrapper of wrappers) {
    // The engine cannot report a port that it chose itself; a free port may be taken in between.
    for (let attempt = 0; attempt < STARTS; attempt++) {
      const { host, port } = await freeHiddenAddress();
      const command = [...wrapper, binary, '--host', host, '--port', String(port), '--db-path', file];
      const started = await launch(command);
      if (typeof started === 'string') {
        reason = started;
        continue;
      }
      await writeFile(pidFile, `${started.pid}\n`);
      const url = `http://${host}:${port}`;
      return running(started, { relaunch: () => launch(command), url, file, pidFile }, options);
    }
  }
  throw new Error(`The DynamoDB engine does not start: ${reason}`);
};

const engineBinary = (): string => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch (cause) {
    throw new Error(
      `There is no DynamoDB engine for ${process.platform}-${process.arch}. Start a DynamoDB (DynamoDB Local, for example) and name it in DYNAMODB_ENDPOINT.`,
      { cause },
    );
  }
};

const launch = (command: readonly string[]): Promise<ChildProcess | string> =>
  new Promise((resolve) => {
    const [program = '', ...parameters] = command;
    // In a process group of its own: Ctrl+C in a terminal is for the runtime, which then stops the engine last.
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], env: {}, detached: true });
    let said = '';
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString()).slice(-2000);
      if (said.includes('listening on')) resolve(child);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(said.trim() || `exit code ${code}`));
  });

/** An engine that ends this often within a minute is not started again. */
const MOST_ENDS = 3;
const MINUTE_MS = 60_000;

/** What a running engine needs to be started again at the address at which all know it. */
interface Running {
  readonly relaunch: () => Promise<ChildProcess | string>;
  readonly url: string;
  readonly file: string;
  readonly pidFile: string;
}

/** Watches the engine. One that ends is started again: what it acknowledged is on disk, and the SDK repeats what was under way. */
const running = (first: ChildProcess, { relaunch, url, file, pidFile }: Running, options: EngineOptions): Engine => {
  let child = first;
  let stopping = false;
  let ends: number[] = [];
  const ended = Promise.withResolvers<void>();

  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (stopping) return ended.resolve();
      void startAgain(`The DynamoDB engine ended (${signal ?? `exit code ${code}`}).`);
    });
  };
  const startAgain = async (reason: string): Promise<void> => {
    const now = Date.now();
    ends = [...ends.filter((at) => now - at < MINUTE_MS), now];
    const started = ends.length > MOST_ENDS ? 'It ended too often.' : await relaunch();
    if (typeof started === 'string') {
      ended.resolve();
      if (!stopping) options.onExit(`${reason} It does not start again: ${started}`);
      return;
    }
    child = started;
    watch();
    if (stopping) return void child.kill('SIGTERM');
    await writeFile(pidFile, `${child.pid}\n`);
    options.report?.(`${reason} It was started again.`);
  };

  watch();
  return {
    url,
    file,
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 1000);
      await ended.promise;
      clearTimeout(patience);
      await rm(pidFile, { force: true });
    },
  };
};

/** Kills an engine that outlived its runtime; a reused pid is left alone. */
const endStaleEngine = async (pidFile: string, binary: string): Promise<void> => {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => ''));
  if (!Number.isInteger(pid) || pid <= 1 || !runs(pid, binary)) return;
  process.kill(pid, 'SIGKILL');
  for (let waited = 0; runs(pid, binary) && waited < 100; waited++) await new Promise((next) => setTimeout(next, 10));
};

const runs = (pid: number, binary: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(binary);
  } catch {
    return false;
  }
};
