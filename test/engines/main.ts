/**
 * `npm run verify:engines [-- JUDGE ...]`: judges the project by what others wrote. Without names, all judges judge.
 *
 *   --python DIR   folder of a virtual environment that has them already, so that they are not installed again
 *   --report FILE  writes the figure and the counts there, as JSON
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgeCloudFormation } from './cloudformation.ts';
import { judgePackages } from './packages.ts';
import { installJudges } from './python.ts';
import { judgeDocuments } from './schemathesis.ts';
import { judgeServices } from './services.ts';
import { judgeTable } from './table.ts';
import { judgeTemplate } from './template.ts';
import type { Judge, Verdict } from './verdict.ts';

const JUDGES: Readonly<Record<string, Judge>> = {
  'cfn-lint': judgeCloudFormation,
  template: judgeTemplate,
  services: judgeServices,
  table: judgeTable,
  schemathesis: judgeDocuments,
  packages: judgePackages,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' }, report: { type: 'string' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(JUDGES);
const unknown = names.filter((name) => !(name in JUDGES) && name !== 'install');
if (unknown.length > 0) {
  process.stderr.write(`There is no judge ${unknown.join(', ')}; there are ${Object.keys(JUDGES).join(', ')}\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'mediashelf-engines-'));
const verdicts: Verdict[] = [];
try {
  if (names.includes('install')) {
    const { python } = values;
    if (python === undefined) throw new Error('install needs --python DIR');
    mkdirSync(python, { recursive: true });
    await installJudges(python);
  } else {
    const programs = values.python ? join(values.python, 'python', 'bin') : await installJudges(folder);
    for (const name of names) {
      const judge = JUDGES[name] as Judge;
      const verdict = await judge({ folder, programs });
      verdicts.push(verdict);
      for (const line of verdict.lines) process.stdout.write(`  ${line}\n`);
      process.stdout.write(`${verdict.figure}\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const sum = (count: (verdict: Verdict) => number): number => verdicts.reduce((total, each) => total + count(each), 0);
const counts = {
  passed: sum((each) => each.passed),
  failed: sum((each) => each.failed),
  skipped: sum((each) => each.skipped),
};
if (values.report) {
  const figure = verdicts.map((each) => each.figure).join('; ');
  writeFileSync(values.report, `${counts.passed} ${counts.failed} ${counts.skipped}\n${figure}\n`);
}
if (verdicts.length > 0)
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed === 0 ? 0 : 1;
