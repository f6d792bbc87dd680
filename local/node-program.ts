import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** What a program is started with. */
export interface ProgramOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A running program; what it says is piped. */
export type Program = ChildProcessByStdio<null, Readable, Readable>;

// Whatever ends the process at the other end of the channel closes it, a SIGKILL as well.
const LEASH = "data:text/javascript,process.once('disconnect',()=>process.exit());process.channel.unref()";

/** Starts a program of Node.js that does not outlive this process. */
export const startProgram = (parameters: readonly string[], options: ProgramOptions): Program => {
  const program = spawn(process.execPath, ['--import', LEASH, ...parameters], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as Program;
  program.channel?.unref();
  // One that computes hears of nothing before it has finished.
  const end = (): boolean => program.kill('SIGKILL');
  process.once('exit', end);
  const forget = (): void => void process.off('exit', end);
  program.once('exit', forget);
  program.once('error', forget);
  return program;
};
