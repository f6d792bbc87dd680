import { faultOfTest } from './named-tests.ts';
import { readDocument } from './readme.ts';

/** A row of `docs/threats.md`: a case, its outcome, and the tests that prove it. */
export interface Threat {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Every row of the threat list, without heads and rules of its tables. */
export const threats = (document = readDocument('docs/threats.md')): readonly Threat[] =>
  document.split('\n').flatMap((text, index) => {
    if (!text.startsWith('|') || text.startsWith('|---') || text === '| case | outcome | test |') return [];
    // A bar inside of a cell is written as \|
    const cells = text.slice(1, text.lastIndexOf('|')).split(/(?<!\\)\|/);
    return [{ line: index + 1, cells: cells.map((cell) => cell.trim().replaceAll('\\|', '|')) }];
  });

/** The fault of a row; empty when its tests exist. */
export const faultsOf = ({ line, cells }: Threat): readonly string[] => {
  const [what = '', outcome = '', tests = ''] = cells;
  if (cells.length !== 3 || what === '' || outcome === '') return [`line ${line}: not a case, an outcome and a test`];
  return tests.split('<br>').flatMap((test) => {
    const [, path = '', title = ''] = /^`(test\/[\w./-]+\.ts)`: (.+)$/.exec(test.trim()) ?? [];
    if (path === '') return [`line ${line}: "${test}" is not of the form \`test/x.test.ts\`: title`];
    const fault = faultOfTest(path, title);
    return fault === undefined ? [] : [`line ${line}: ${fault}`];
  });
};
