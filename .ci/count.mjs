/**
 * Adds up Jest reports: `node count.mjs REPORT [SECOND]` prints `passed failed skipped`. A file of the second report replaces
 * the same file of the first. A suite that could not run counts as one failed.
 *
 * `node count.mjs --failed REPORT` prints the path of each file that failed; `node count.mjs --unsteady REPORT SECOND` prints
 * what failed in the first and passed in the second.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const MOST_REPEATED = 10;

const suites = (file) =>
  new Map(JSON.parse(readFileSync(file, 'utf8')).testResults.map((suite) => [suite.name, suite]));
const titles = (suite, status) =>
  suite.assertionResults.filter((test) => test.status === status).map((test) => test.fullName);
const hasFailed = (suite) => suite.status === 'failed';
const couldNotRun = (suite) => hasFailed(suite) && titles(suite, 'failed').length === 0;

const [mode, ...files] = process.argv[2].startsWith('--')
  ? process.argv.slice(2)
  : ['--count', ...process.argv.slice(2)];
const [first, second] = files.map(suites);

if (mode === '--failed') {
  const failed = [...first.values()].filter(hasFailed);
  // Where many fail, the change is at fault and not the load of the machine.
  if (failed.length <= MOST_REPEATED) for (const { name } of failed) console.log(relative(process.cwd(), name));
} else if (mode === '--unsteady') {
  for (const [name, suite] of first) {
    const again = second.get(name);
    if (!hasFailed(suite) || again === undefined || hasFailed(again)) continue;
    for (const title of couldNotRun(suite) ? ['(the whole file)'] : titles(suite, 'failed')) {
      console.log(`unsteady       ${relative(process.cwd(), name)}: ${title}`);
    }
  }
} else {
  const counted = [...new Map([...first, ...(second ?? [])]).values()];
  const sum = (count) => counted.reduce((total, suite) => total + count(suite), 0);
  const passed = sum((suite) => titles(suite, 'passed').length);
  const failed = sum((suite) => titles(suite, 'failed').length + (couldNotRun(suite) ? 1 : 0));
  const skipped = sum((suite) => titles(suite, 'pending').length + titles(suite, 'todo').length);
  console.log(passed, failed, skipped);
}
