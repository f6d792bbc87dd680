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
  /** Called when the engine ends without being stopped. */
  readonly onExit: (reason: string) => void;
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
      const started = await launch([...wrapper, binary, '--host', host, '--port', String(port), '--db-path', file]);
      if (typeof started === 'string') {
        reason = started;
        continue;
      }
      await writeFile(pidFile, `${started.pid}\n`);
      return running(started, `http://${host}:${port}`, file, pidFile, options.onExit);
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

const running = (
  child: ChildProcess,
  url: string,
  file: string,
  pidFile: string,
  onExit: (reason: string) => void,
): Engine => {
  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve();
      if (!stopping) onExit(`The DynamoDB engine ended (${signal ?? `exit code ${code}`}).`);
    });
  });
  return {
    url,
    file,
    stop: async () => {
      stopping = true;
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 1000);
      await ended;
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
