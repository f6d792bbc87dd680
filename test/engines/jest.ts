import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './program.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--maxWorkers=1',
];

/** What a run of Jest came to. */
export interface JestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of what failed, and what could not be run at all. */
  readonly failures: readonly string[];
}

interface Report {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Runs test files of the project by their paths, and counts. A file that could not be run is one failure. */
export const runTests = async (
  paths: readonly string[],
  report: string,
  env: Readonly<Record<string, string>>,
  minutes: number,
): Promise<JestCounts> => {
  const ended = await run(
    process.execPath,
    [...JEST, '--json', `--outputFile=${report}`, '--testPathPatterns', ...paths],
    { cwd: PROJECT, env, minutes },
  );
  let counted: Report;
  try {
    counted = JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    const failures = [`${paths.join(' ')} ended with ${ended.code} and without a report: ${ended.errors.slice(-1000)}`];
    return { passed: 0, failed: 1, skipped: 0, failures };
  }
  const failures = counted.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((each) => each.status === 'failed').map(({ fullName }) => fullName);
    return status === 'failed' && failed.length === 0 ? [`${name}: ${message.slice(0, 500)}`] : failed;
  });
  return { passed: counted.numPassedTests, failed: failures.length, skipped: counted.numPendingTests, failures };
};
