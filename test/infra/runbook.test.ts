import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ofType, ROOT, synthesize } from './synthesized.ts';

const runbook = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8');

describe('the runbook', () => {
  it('says of every alarm what it means and what to do, under the words of the alarm', async () => {
    const alarms = ofType(await synthesize(), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties.AlarmDescription),
    );
    expect(alarms.length).toBeGreaterThan(0);
    const unexplained = alarms.filter(
      (words) => !runbook.includes(`\n### ${words}\n`) && !runbook.includes(`\n| \`${words}\` | `),
    );
    expect(unexplained).toEqual([]);
  });

  it('explains no alarm that there is not', async () => {
    const alarms = ofType(await synthesize(), 'AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties.AlarmDescription),
    );
    const explained = [...runbook.matchAll(/^\| `([\w-]+ fails)` \| /gm)].map(([, words]) => words);
    expect(explained.length).toBeGreaterThan(0);
    expect(explained.filter((words) => !alarms.includes(String(words)))).toEqual([]);
  });

  it('looks for outputs that the stack has', async () => {
    const { outputs } = await synthesize();
    const named = [...runbook.matchAll(/\$\(output (\w+)\)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(String(name) in outputs))).toEqual([]);
  });

  it('looks for resources that the stack has, each by a beginning that only one id has', async () => {
    const { resources } = await synthesize();
    const named = [...runbook.matchAll(/resource (AWS::\w+::\w+) (\w+)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, type, name] of named) {
      const found = Object.entries(resources).filter(([id, { Type }]) => Type === type && id.startsWith(String(name)));
      expect({ type, name, found: found.length }).toEqual({ type, name, found: 1 });
    }
  });
});
