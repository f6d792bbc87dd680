import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The part of the ready line that the demo uses. */
export interface Ready {
  readonly http: string;
  readonly ws: string;
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

export interface Runtime {
  readonly ready: Ready;
  stop(): Promise<void>;
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(cut);
};

/** Signals that end the demo, and its exit code then. */
const ENDS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Starts a runtime of its own, in memory and on free ports, and waits until everything answers. A signal that ends the
 * demo stops the runtime first, from the very start of it.
 */
export const startRuntime = async (): Promise<Runtime> => {
  const main = fileURLToPath(new URL('../local/main.ts', import.meta.url));
  // Listened to before there is a runtime: a signal in between would leave it running.
  for (const [signal, code] of Object.entries(ENDS)) {
    process.once(signal, () => void stop(child).then(() => process.exit(code)));
  }
  const child = spawn(process.execPath, [main, '--memory', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_000);
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), exited]);
  if (line === undefined) throw new Error(`the runtime did not start:\n${complaints}`);
  return { ready: JSON.parse(line) as Ready, stop: () => stop(child) };
};
