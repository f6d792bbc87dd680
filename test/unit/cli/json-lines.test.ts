import { describe, expect, it } from '@jest/globals';
import { say } from '../../../cli/command.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import { inTerminal } from '../../support/drivers/in-terminal.ts';

const written = (value: string | object): string => {
  let text = '';
  say({ out: { write: (chunk: string) => (text += chunk) } } as unknown as Terminal, value);
  return text;
};
/** What moves a cursor, clears a screen or turns the direction of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('a line of JSON that holds a text of another person', () => {
  it.each([
    ['a control sequence in one character', 'a\u009b2J'],
    ['a C0 control character', 'a\u001b[2J'],
    ['a delete character', 'a\u007f'],
    ['a right-to-left override', 'a\u202egpj'],
    ['an isolate', 'a\u2066b\u2069'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a line separator', 'a\u2028b'],
  ])('means the same and moves nothing in a terminal: %s', (_, title) => {
    const line = written({ title, [title]: 1 });
    expect(line).not.toMatch(OBEYED);
    expect(JSON.parse(line)).toEqual({ title, [title]: 1 });
  });

  it('leaves other text as it is', () => expect(written({ a: 'naïve 写真 👩‍🚀' })).toBe('{"a":"naïve 写真 👩‍🚀"}\n'));

  it('is an error that names what was not found', async () => {
    const { ended, said } = inTerminal(['upload', '/no/\u009b2J\u202e', '--json'], {
      env: { MEDIASHELF_URL: 'http://127.0.0.1:9', MEDIASHELF_KEY: 'k' },
    });
    await ended;
    expect(said.out + said.errors).toMatch(/\\u009b/);
    expect(said.out + said.errors).not.toMatch(OBEYED);
  });
});
