import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { InterruptedError } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** A secret: typed without being shown, or the first line of a pipe. */
export const askSecret = async ({ input, errors, signal }: Terminal, question: string): Promise<string> => {
  const isTyped = input.isTTY === true;
  if (isTyped) errors.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: isTyped, signal });
  let isInterrupted = false;
  // While something is typed unseen, Ctrl-C is a key like others and no signal.
  lines.on('SIGINT', () => {
    isInterrupted = true;
    lines.close();
  });
  try {
    for await (const line of lines) return line;
    if (isInterrupted || signal.aborted) throw new InterruptedError('Interrupted');
    return '';
  } finally {
    lines.close();
    if (isTyped) errors.write('\n');
  }
};
