import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** The start values of a program. */
export interface ProgramOptions {
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A running program; its output is piped. */
export type Program = ChildProcessByStdio<null, Readable, Readable>;

// When the process at the other end of the channel ends, by a SIGKILL as well, the channel closes.
const LEASH = "data:text/javascript,process.once('disconnect',()=>process.exit());process.channel.unref()";

/** Starts a program of Node.js that does not outlive this process. */
export const startProgram = (parameters: readonly string[], options: ProgramOptions): Program => {
  const program = spawn(process.execPath, ['--import', LEASH, ...parameters], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as Program;
  program.channel?.unref();
  // A process that computes handles no message before it has finished.
  const end = (): boolean => program.kill('SIGKILL');
  process.once('exit', end);
  const forget = (): void => void process.off('exit', end);
  program.once('exit', forget);
  program.once('error', forget);
  return program;
};
