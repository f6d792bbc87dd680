import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { makeOwner, removeTeam } from './admin/commands.ts';
import { findDeployment } from './admin/deployment.ts';
import { newPassword } from './admin/password.ts';
import { mainJob } from './smoke/main-job.ts';
import { describeResult, eventually, runSteps, type Step } from './smoke/steps.ts';

const USAGE = `npm run smoke -- [URL] [options]

  Tries the main job on a deployment, in a team of its own that is removed again: image, PDF and film, WebSocket, search,
  tags, trash. URL is the address of the HTTP API; without it, that of the outputs.

  --outputs FILE   where the deployment wrote its outputs (cdk.outputs.json, which \`npm run deploy\` writes),
                   or what \`npm start -- --json\` printed
  --stack NAME     the stack in that file (Mediashelf)
  --endpoint URL   where AWS answers, when it is not AWS
  --seconds N      how long a step may take (60)
  --json           a line of JSON for each step

  Needs credentials that may invoke the functions create-owner and manage-people. Ends with 1 when a step fails.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    outputs: { type: 'string', default: 'cdk.outputs.json' },
    stack: { type: 'string', default: 'Mediashelf' },
    endpoint: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const main = async (): Promise<boolean> => {
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds takes a number, not "${values.seconds}"`);
  const { outputs: outputsFile, stack, endpoint } = values;
  const deployment = findDeployment({ outputsFile, stack, endpoint, given: { HttpApiUrl: positionals[0] } });
  const url = deployment.output('HttpApiUrl').replace(/\/+$/, '');
  const person = { email: `smoke-${randomUUID()}@mediashelf.example`, password: newPassword() };
  let teamId = '';

  const answer: Step = {
    name: 'the API answers',
    lookAt: 'the address, its DNS record and certificate, and the logs of openapi',
    run: async (signal) => {
      const response = await fetch(`${url}/api/v1/openapi.json`, { signal });
      if (!response.ok) throw new Error(`${url} answers ${response.status}`);
      const { info } = (await response.json()) as { info?: { title?: string; version?: string } };
      return `${url}, ${info?.title} ${info?.version}`;
    },
  };
  const make: Step = {
    name: 'make a team',
    needs: [answer.name],
    lookAt: 'the credentials of your shell, and the logs of create-owner',
    run: async () => {
      ({ teamId } = await makeOwner(deployment, { ...person, team: 'Smoke test' }));
      return teamId;
    },
  };
  const job = mainJob({ url, realtimeUrl: deployment.output('WebSocketUrl'), ...person });
  const remove: Step = {
    name: 'remove the team',
    needs: [make.name],
    lookAt: `npm run admin -- remove-team --email ${person.email} --team-id ID, with the id that "make a team" printed`,
    run: async (signal) => {
      // Search follows a moment after the last record went.
      await eventually(async () => {
        try {
          return await removeTeam(deployment, { email: person.email, teamId });
        } catch (error) {
          if (signal.aborted || !/search still counts/.test((error as Error).message)) throw error;
          return undefined;
        }
      }, signal);
      return 'nothing is left of it';
    },
  };
  const within = job.steps.map((step) => ({ ...step, needs: [make.name, ...(step.needs ?? [])] }));
  const results = await runSteps([answer, make, ...within, remove], seconds * 1000, (result) => {
    const lines = values.json ? [JSON.stringify(result)] : describeResult(result);
    for (const line of lines) process.stdout.write(`${line}\n`);
  });
  const failed = results.filter(({ state }) => state !== 'ok').length;
  const total = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  if (!values.json)
    process.stdout.write(`\n${results.length - failed} of ${results.length} steps in ${(total / 1000).toFixed(1)} s\n`);
  return failed === 0;
};

if (values.help) {
  process.stdout.write(USAGE);
} else {
  try {
    // What a step left behind, as a connection that never opened, does not keep the program.
    process.exit((await main()) ? 0 : 1);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
