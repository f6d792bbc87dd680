#!/usr/bin/env node
/** `mediashelf`: the library from a terminal. */
import { run } from './run.ts';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  // A second Ctrl-C ends the program at once.
  if (interrupt.signal.aborted) process.exit(130);
  interrupt.abort();
});
// The reader of the pipe has read enough: `mediashelf ls | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await run(process.argv.slice(2), {
  input: process.stdin,
  out: process.stdout,
  errors: process.stderr,
  env: process.env,
  signal: interrupt.signal,
});
