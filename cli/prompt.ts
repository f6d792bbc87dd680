import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from './terminal.ts';

/** A secret: typed without being shown, or the first line of what is piped in. */
export const askSecret = async ({ input, errors }: Terminal, question: string): Promise<string> => {
  const isTyped = input.isTTY === true;
  if (isTyped) errors.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: isTyped });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (isTyped) errors.write('\n');
  }
};
