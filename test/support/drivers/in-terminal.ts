import { PassThrough } from 'node:stream';
import { run } from '../../../cli/run.ts';

/** The command line in this process: its output, its input, and Ctrl-C. */
export const inTerminal = (
  words: readonly string[],
  { env = {}, isTyped = false }: { env?: Record<string, string>; isTyped?: boolean } = {},
) => {
  const interrupt = new AbortController();
  const said = { out: '', errors: '' };
  const stream = (name: 'out' | 'errors') =>
    new PassThrough().on('data', (chunk) => {
      said[name] += chunk;
    });
  const input = Object.assign(new PassThrough(), isTyped ? { isTTY: true, setRawMode: () => input } : {});
  const ended = run(words, {
    input,
    out: stream('out'),
    errors: stream('errors'),
    env,
    signal: interrupt.signal,
  });
  return { ended, said, input, interrupt: () => interrupt.abort() };
};
