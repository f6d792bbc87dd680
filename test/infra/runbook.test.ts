import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SIGNED_PART_SECONDS } from '../../functions/domain/parts.ts';
import { SIGNED_PUT_SECONDS } from '../../functions/domain/upload.ts';
import { LOOK_AGAIN_SECONDS } from '../../functions/lifecycle/sweep.ts';
import { ofType, ROOT, synthesize } from './synthesized.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
/** With everything that an alarm may watch. */
const whole = () =>
  synthesize({
    settings: { uploadGateway: { name: 'uploads.example.com', certificateArn }, mail: { from: 'media@example.com' } },
  });
const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

/** Lines as Lambda, API Gateway and the container write them. */
const logLines = (name: string): string[] =>
  readFileSync(join(ROOT, 'test', 'fixtures', 'logs', `${name}.txt`), 'utf8')
    .trim()
    .split('\n');

/** What a filter of the runbook leaves of lines, in the shell that it is written for. */
const filtered = (filter: string, lines: readonly string[]): number[] => {
  const script = `${/^faults\(\).*$/m.exec(runbook)?.[0]}\n${filter}`;
  const kept = execFileSync('bash', ['-c', script], { input: lines.join('\n'), encoding: 'utf8' });
  return kept
    .trim()
    .split('\n')
    .map((line) => lines.indexOf(line));
};

describe('the runbook', () => {
  it('finds faults, timeouts and crashes in the lines of a function, and nothing else', () => {
    const lines = logLines('function');
    expect(filtered('faults', lines)).toEqual([3, 4, 5, 6, 7]);
  });

  it('looks into logs with filters that find something in lines as they are', () => {
    const filters = [
      ...runbook.matchAll(/(?:logs [\w-]+|(?:HttpApi|UploadGateway)\w+Logs\).*?) \| (faults|grep[^`\n]*)/g),
    ];
    expect(filters.length).toBeGreaterThan(7);
    for (const [command, filter = ''] of filters) {
      const name = command.includes('HttpApi') ? 'access' : command.includes('UploadGateway') ? 'gateway' : 'function';
      expect({ command, found: filtered(filter, logLines(name)).length }).toEqual({
        command,
        found: { access: 2, gateway: 2, function: 5 }[name],
      });
    }
  });

  it('says of every alarm what it means and what to do, under the words of the alarm', async () => {
    const alarms = ofType(await whole(), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties.AlarmDescription),
    );
    expect(alarms.length).toBeGreaterThan(0);
    const unexplained = alarms.filter(
      (words) => !runbook.includes(`\n### ${words}\n`) && !runbook.includes(`\n| \`${words}\` | `),
    );
    expect(unexplained).toEqual([]);
  });

  it('explains no alarm that there is not', async () => {
    const alarms = ofType(await whole(), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties.AlarmDescription),
    );
    const explained = [...runbook.matchAll(/^\| `([\w-]+ fails)` \| /gm)].map(([, words]) => words);
    expect(explained.length).toBeGreaterThan(0);
    expect(explained.filter((words) => !alarms.includes(String(words)))).toEqual([]);
  });

  it('names the times of the stack', async () => {
    const stack = await whole();
    const hiddenMinutes = (name: string): number =>
      ofType(stack, 'AWS::SQS::Queue').find(({ id }) => id.startsWith(name))?.Properties.VisibilityTimeout / 60;
    const said = [
      `\`process-upload fails\` | the file is received again after ${hiddenMinutes('ProcessingFiles')} minutes`,
      `The message is received again after ${hiddenMinutes('ProcessingFiles')} minutes`,
      `\`read-text fails\` | the job is received again after ${hiddenMinutes('TextQueue')} minutes`,
      `the sweep queues the upload every ${LOOK_AGAIN_SECONDS.processing / 60} minutes`,
      `a signed request lives ${SIGNED_PUT_SECONDS / 60} minutes, and one for a part of an upload ${SIGNED_PART_SECONDS / 60} minutes`,
    ];
    expect(said.filter((words) => !runbook.includes(words))).toEqual([]);
  });

  it('looks for outputs that the stack has', async () => {
    const { outputs } = await whole();
    const named = [...runbook.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(String(name) in outputs))).toEqual([]);
  });

  it('looks for resources that the stack has, each by a beginning that only one id has', async () => {
    const { resources } = await whole();
    const named = [...runbook.matchAll(/resource (AWS::\w+::\w+) (\w+)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, type, name] of named) {
      const found = Object.entries(resources).filter(([id, { Type }]) => Type === type && id.startsWith(String(name)));
      expect({ type, name, found: found.length }).toEqual({ type, name, found: 1 });
    }
  });
});
