import { setTimeout as pause } from 'node:timers/promises';
import { openLibrary, type VerifyOptions, verify } from '../verify/verify.ts';
import { maintenance } from './commands.ts';
import type { Deployment } from './deployment.ts';

/** Longer than an event takes from the stream to its consumers on a quiet day. */
const SETTLE_MS = 10_000;
const MOST_LINES = 200;

const shown = (findings: readonly string[]): readonly string[] =>
  findings.length <= MOST_LINES
    ? findings
    : [...findings.slice(0, MOST_LINES), `and ${findings.length - MOST_LINES} more`];

const summary = (findings: readonly string[]): readonly string[] =>
  findings.length === 0 ? ['everything adds up'] : [...shown(findings), `${findings.length} things do not add up`];

/** Reads a deployment and answers the lines to print; with `repair`, it runs what heals and looks again. */
export const verifyDeployment = async (
  deployment: Deployment,
  { search, repair }: { readonly search: boolean; readonly repair: boolean },
  settle: VerifyOptions['settle'] = () => pause(SETTLE_MS),
): Promise<{ readonly lines: readonly string[]; readonly adds: boolean }> => {
  const { client, s3Endpoint } = deployment;
  const library = openLibrary(client, {
    table: deployment.output('TableName'),
    bucket: deployment.output('BucketName'),
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
  });
  const options = { withSearch: search, settle, clock: () => new Date() };
  const found = await verify(library, options);
  if (found.length === 0 || !repair) return { lines: summary(found), adds: found.length === 0 };
  const lines = [...summary(found)];
  for (const command of ['recount', 'sweep', ...(search ? ['rebuild-index'] : [])]) {
    lines.push(`${command}: ${(await maintenance[command]?.(deployment))?.join(' ')}`);
  }
  await settle();
  const left = await verify(library, options);
  return { lines: [...lines, ...summary(left)], adds: left.length === 0 };
};
