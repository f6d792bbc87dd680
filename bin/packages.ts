/**
 * `npm run packages`: what is published, as `npm pack` takes it. `npm run packages -- cli` builds one of them, and
 * `npm run packages -- --report` all, and writes what they promise into `docs/packages`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildCdk } from './packages/cdk.ts';
import { buildCli } from './packages/cli.ts';
import { buildClient } from './packages/client.ts';
import { REPORT_FOLDER, REPORTS } from './packages/report.ts';

const PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  client: buildClient,
  cli: buildCli,
  cdk: buildCdk,
};

const REPORT = '--report';
const given = process.argv.slice(2);
const named = given.filter((name) => name !== REPORT);
const unknown = named.find((name) => !Object.hasOwn(PACKAGES, name));
if (unknown === undefined) {
  for (const [name, make] of Object.entries(PACKAGES)) if (named.length === 0 || named.includes(name)) await make();
  if (given.includes(REPORT)) {
    mkdirSync(REPORT_FOLDER, { recursive: true });
    for (const [name, report] of Object.entries(REPORTS)) writeFileSync(join(REPORT_FOLDER, name), report());
  }
} else {
  process.stderr.write(`There is no package "${unknown}"; there are ${Object.keys(PACKAGES).join(', ')}\n`);
  process.exitCode = 2;
}
