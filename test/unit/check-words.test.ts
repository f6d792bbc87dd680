import { describe, expect, it } from '@jest/globals';
import { faultsOf } from '../../scripts/check-words.ts';

describe('the check of words', () => {
  it.each([
    ['a comment of one line', 'a.ts', '// nobody waits'],
    ['a comment behind code', 'a.ts', 'const one = 1; // whoever asks'],
    ['a comment on an export', 'a.ts', '/** What somebody gets. */'],
    ['a line of a longer comment', 'a.ts', ' * or whomever it is for'],
    ['the title of a test', 'a.test.ts', "  it('lets nobody in', () => undefined);"],
    ['the title of a table of tests', 'a.test.ts', "  ])('%s lets nobody in', () => undefined);"],
    ['a document', 'docs/a.md', 'It lies somewhere.'],
    ['a script', 'a.sh', '# Somebody starts it'],
  ])('finds them in %s', (_, path, line) => {
    expect(faultsOf(path, `\n${line}`)).toEqual([`${path}:2: ${line.trim()}`]);
  });

  it('passes data of a test, other words and other files', () => {
    expect(
      faultsOf('a.test.ts', "await call('nobody@example.com'); // a stranger\nconst url = 'http://nobody';"),
    ).toEqual([]);
    expect(faultsOf('a.json', '{"name":"nobody"}')).toEqual([]);
  });
});
