import { spawn } from 'node:child_process';

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** After this it is ended. */
  readonly minutes?: number;
}

/** Runs a program to its end and answers what it wrote. */
export const run = (
  program: string,
  parameters: readonly string[],
  { cwd, env = {}, input = '', minutes = 10 }: RunOptions = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: minutes * 60_000,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), errors: Buffer.concat(errors).toString() }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });

/** Runs a program that has to end well, and answers its standard output. */
export const runWell = async (...call: Parameters<typeof run>): Promise<string> => {
  const { code, out, errors } = await run(...call);
  if (code === 0) return out;
  throw new Error(`${call[0]} ${call[1].join(' ')} ended with ${code}\n${(errors + out).trim().slice(-4000)}`);
};
