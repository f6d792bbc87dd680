import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

const cost = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['bin/cost.ts', ...args], { encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } });

describe('npm run cost', () => {
  it('says what a month costs, by what makes it so, with the date of its prices', () => {
    const { stdout, status } = cost('--uploads', '100000', '--views', '1000000', '--storage', '500GB');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^A month in us-east-1, at prices of \d{4}-\d{2}/);
    for (const part of ['idle', 'uploads', 'views', 'storage', 'together'])
      expect(stdout).toMatch(new RegExp(`^${part} +\\$ *\\d+\\.\\d\\d$`.replace('\\$ *', ' *\\$'), 'm'));
    const answer = JSON.parse(cost('--uploads', '1_000', '--json').stdout);
    expect(answer.total).toBeCloseTo(
      answer.costs.reduce((sum: number, { cost: each }: { cost: number }) => sum + each, 0),
    );
  });

  it('says what the edge costs', () => {
    const { stdout, status } = cost('--views', '1000000', '--edge');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ +edgeRequests +21,000,000 +\$21\.00$/m);
  });

  it.each([
    [['--uploads', 'many'], '--uploads takes a number'],
    [['--storage', '5 furlongs'], '--storage takes a size'],
  ])('refuses %j', (args, words) => {
    expect(cost(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(words) });
  });
});
