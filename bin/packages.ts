/** `npm run packages`: what is published, as `npm pack` takes it. `npm run packages -- cli` builds one of them. */
import { buildCdk } from './packages/cdk.ts';
import { buildCli } from './packages/cli.ts';
import { buildClient } from './packages/client.ts';

const PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  client: buildClient,
  cli: buildCli,
  cdk: buildCdk,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(PACKAGES, name));
if (unknown === undefined) {
  for (const [name, make] of Object.entries(PACKAGES)) if (named.length === 0 || named.includes(name)) await make();
} else {
  process.stderr.write(`There is no package "${unknown}"; there are ${Object.keys(PACKAGES).join(', ')}\n`);
  process.exitCode = 2;
}
