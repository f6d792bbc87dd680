import { parseArgs } from 'node:util';
import { createOwner, maintenance, removeTeam, removeUser, resetPassword } from './admin/commands.ts';
import { type Deployment, findDeployment } from './admin/deployment.ts';
import { askSecretly, readPiped } from './admin/password.ts';
import { verifyDeployment } from './admin/verify-deployment.ts';

const USAGE = `npm run admin -- COMMAND [options]

  create-owner --email ADDRESS --team NAME [--password-stdin]
                   creates an owner, a team and an API key. The password is asked for on a terminal, or read from standard
                   input; if empty, one is generated and printed. The same address and password make another key.
  reset-password --email ADDRESS [--password-stdin]
                   gives a person a new password, asked for in the same way, and ends their logins, devices and keys
  remove-user --email ADDRESS
                   removes a person from all teams and frees the address; not the last owner of a team
  remove-team --email ADDRESS --team-id ID
                   removes a team without records, and its owner, who has to be its only member, unless they are in another
  rotate           renews the secret that signs tokens
  recount          counts what teams store, and corrects the counters
  migrate          upgrades data that an older version wrote; run it after each update
  sweep            repairs the effects of lost events
  adopt-bucket     has a table that was restored take the bucket as its own, and removes objects without a record
  remove-orphans   removes objects without a record even if they are many
  rebuild-index    rebuilds the search index, and repairs tags and ranks
  verify           reads table and bucket twice and prints what does not add up; writes nothing. --search compares the
                   search index and the ranks as well; --repair then runs recount, sweep and, with --search,
                   rebuild-index, and looks again
  reread-metadata  reads audio and video of older rules again, and corrects durations

  --outputs FILE   where the deployment wrote its outputs (cdk.outputs.json, which \`npm run deploy\` writes),
                   or what \`npm start -- --json\` printed
  --stack NAME     the stack in that file (Mediashelf)
  --function NAME  the function to invoke, instead of the one in the file
  --endpoint URL   the endpoint of AWS, if it is another one
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string' },
    team: { type: 'string' },
    'team-id': { type: 'string' },
    'password-stdin': { type: 'boolean', default: false },
    outputs: { type: 'string', default: 'cdk.outputs.json' },
    stack: { type: 'string', default: 'Mediashelf' },
    function: { type: 'string' },
    endpoint: { type: 'string' },
    search: { type: 'boolean', default: false },
    repair: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const passwordOf = async (): Promise<string> => {
  if (values['password-stdin']) return readPiped(process.stdin);
  if (!process.stdin.isTTY) return '';
  return askSecretly('Password (empty: make one): ', process.stdin, process.stderr);
};

const deploymentFor = (functionOutput: string): Deployment =>
  findDeployment({
    outputsFile: values.outputs,
    stack: values.stack,
    endpoint: values.endpoint,
    given: { [functionOutput]: values.function },
  });

const FUNCTION_OUTPUTS: Readonly<Record<string, string>> = {
  'create-owner': 'CreateOwnerFunctionName',
  'reset-password': 'ManagePeopleFunctionName',
  'remove-user': 'ManagePeopleFunctionName',
  'remove-team': 'ManagePeopleFunctionName',
  recount: 'RecountFunctionName',
  migrate: 'MigrateFunctionName',
  sweep: 'SweepFunctionName',
  'rebuild-index': 'RebuildIndexFunctionName',
  'reread-metadata': 'RereadMetadataFunctionName',
};

const main = async (): Promise<readonly string[]> => {
  const [command = ''] = positionals;
  const deployment = deploymentFor(FUNCTION_OUTPUTS[command] ?? '');
  if (command === 'create-owner') {
    const { email, team } = values;
    if (email === undefined || team === undefined) throw new Error('create-owner needs --email and --team');
    return createOwner(deployment, { email, team, password: await passwordOf() });
  }
  if (command === 'reset-password' || command === 'remove-user') {
    const { email } = values;
    if (email === undefined) throw new Error(`${command} needs --email`);
    if (command === 'remove-user') return removeUser(deployment, { email });
    return resetPassword(deployment, { email, password: await passwordOf() });
  }
  if (command === 'remove-team') {
    const { email, 'team-id': teamId } = values;
    if (email === undefined || teamId === undefined) throw new Error('remove-team needs --email and --team-id');
    return removeTeam(deployment, { email, teamId });
  }
  if (command === 'verify') {
    const { lines, adds } = await verifyDeployment(deployment, values);
    if (!adds) process.exitCode = 1;
    return lines;
  }
  const chore = maintenance[command];
  if (chore === undefined) throw new Error(`there is no command ${command || '(none)'}\n\n${USAGE}`);
  return chore(deployment);
};

if (values.help) {
  process.stdout.write(USAGE);
} else {
  try {
    for (const line of await main()) process.stdout.write(`${line}\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
