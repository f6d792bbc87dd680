import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { routes } from '../functions/dialects/route-table.ts';
import { parseSettings } from '../lib/settings/settings.ts';
import fileSettings from '../mediashelf.config.ts';
import { bootstrap, findAccount, findRegion } from './doctor/account.ts';
import { certificates } from './doctor/certificates.ts';
import { describeFindings, type Finding } from './doctor/finding.ts';
import { docker, nodeVersion } from './doctor/machine.ts';
import { mail } from './doctor/mail.ts';
import { concurrency, gateway, tableUnits } from './doctor/quotas.ts';
import { webAcl } from './doctor/web-acl.ts';

const USAGE = `npm run doctor -- [options]

  Checks before a deployment whether the account and region of your shell are ready. Changes nothing.

  --profile NAME  the profile of your AWS configuration, as \`npm run deploy -- --profile NAME\` takes it
  -c KEY=VALUE    a setting or context of this run, as \`npm run deploy\` takes it
  --json          findings as JSON

  Ends with 1 when a check fails, and with 0 otherwise, also with warnings.
`;

const { values } = parseArgs({
  options: {
    profile: { type: 'string' },
    context: { type: 'string', short: 'c', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** The CDK context, from `cdk.json` and `-c`. */
const context = (): Record<string, unknown> => {
  const file = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'cdk.json'), 'utf8')) as { context?: object };
  const given = values.context.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Error(`-c takes KEY=VALUE, not "${pair}"`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return { ...file.context, ...Object.fromEntries(given) };
};

const main = async (): Promise<readonly Finding[]> => {
  const given = context();
  const settings = parseSettings(fileSettings, given);
  const here = [nodeVersion(), await docker(settings, process.env.CDK_DOCKER)];
  const { region, finding: regionFound } = await findRegion();
  if (region === undefined) return [...here, regionFound];
  const { account, finding: accountFound } = await findAccount(region);
  if (account === undefined) return [...here, regionFound, accountFound];
  const target = { account, region };
  const looks = [
    bootstrap(target, String(given['@aws-cdk/core:bootstrapQualifier'] ?? 'hnb659fds')),
    concurrency(target),
    ...gateway(target, routes.length),
    tableUnits(target),
    ...certificates(target, settings),
    ...webAcl(target, settings),
    ...mail(target, settings),
  ];
  return [...here, regionFound, accountFound, ...(await Promise.all(looks.map((look) => look())))];
};

if (values.help) {
  process.stdout.write(USAGE);
} else {
  if (values.profile !== undefined) process.env.AWS_PROFILE = values.profile;
  // The CDK command line knows this variable as well; the SDK only knows the first.
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  if (AWS_REGION === undefined && AWS_DEFAULT_REGION !== undefined) process.env.AWS_REGION = AWS_DEFAULT_REGION;
  try {
    const findings = await main();
    const lines = values.json ? [JSON.stringify(findings)] : describeFindings(findings);
    for (const line of lines) process.stdout.write(`${line}\n`);
    if (findings.some(({ state }) => state === 'fails')) process.exitCode = 1;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
