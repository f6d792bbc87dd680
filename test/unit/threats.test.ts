import { describe, expect, it } from '@jest/globals';
import { faultsOf, threats } from '../support/checks/threats.ts';

const row = (tests: string): string =>
  `## Heading\n\n| case | outcome | test |\n|---|---|---|\n| one | two | ${tests} |`;
const faults = (tests: string): readonly string[] => threats(row(tests)).flatMap(faultsOf);

const HERE = '`test/unit/threats.test.ts`';

describe('the threat list', () => {
  it('names a test that exists in every row', () => {
    expect(threats().length).toBeGreaterThan(40);
    expect(threats().flatMap(faultsOf)).toEqual([]);
  });
});

describe('a row of the threat list', () => {
  it('may name several tests, each by its own title or behind that of its group', () => {
    const title = 'may name several tests, each by its own title or behind that of its group';
    expect(faults(`${HERE}: ${title}<br>${HERE}: a row of the threat list ${title}`)).toEqual([]);
  });

  it.each([
    ['a file that is missing', '`test/unit/missing.test.ts`: a title', 'there is no test/unit/missing.test.ts'],
    ['a title that no test has', `${HERE}: another title`, 'has no test "another title"'],
    ['a title without its file', 'a title', 'is not of the form'],
    ['no test', '', 'is not of the form'],
    ['a bar that cuts a cell in two', `${HERE}: a|b`, 'not a case, an outcome and a test'],
  ])('is refused with %s', (_, tests, fault) => expect(faults(tests)).toEqual([expect.stringContaining(fault)]));
});
