/** moto as CloudFormation: it makes what it knows of the stack, and shows it as the template says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runWell } from './program.ts';
import { templateMaker } from './templates.ts';
import type { Judge } from './verdict.ts';

const PROGRAM = join(import.meta.dirname, 'moto-template.py');

interface Report {
  readonly total: number;
  readonly known: number;
  readonly accepted: number;
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  readonly failure: string | null;
}

/** Has moto make the default stack; each resource of a type that it knows is one case. */
export const judgeTemplate: Judge = async ({ folder, programs }) => {
  const file = join(folder, 'moto-template.json');
  writeFileSync(file, await templateMaker(folder)({ alarmEmail: 'ops@example.com' }));
  const report = JSON.parse(await runWell(join(programs, 'python'), [PROGRAM, file], { minutes: 5 })) as Report;
  const { total, known, accepted, missing, wrong, failure } = report;
  const failed = failure === null ? missing.length + wrong.length : known;
  return {
    figure: `moto accepts ${accepted} of ${known} known resources (of ${total}; the others are of types that it does not know)`,
    passed: Math.max(0, accepted - wrong.length),
    failed,
    skipped: 0,
    lines: [...(failure === null ? [] : [failure]), ...missing.map((name) => `${name} was not made`), ...wrong],
  };
};
