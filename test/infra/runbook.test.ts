import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SIGNED_PART_SECONDS } from '../../functions/domain/parts.ts';
import { SIGNED_PUT_SECONDS } from '../../functions/domain/upload.ts';
import { LOOK_AGAIN_SECONDS } from '../../functions/lifecycle/sweep.ts';
import { ofType, ROOT, synthesize } from './synthesized.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
/** With everything that an alarm may watch. */
const whole = () => synthesize({ settings: { uploadGateway: { name: 'uploads.example.com', certificateArn } } });
const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

describe('the runbook', () => {
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
