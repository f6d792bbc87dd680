import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { synthesizedStack } from '../../../local/synth.ts';
import { gone, isAlive } from '../../support/drivers/processes.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mediashelf-synth-'));
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'lib'));
  writeFileSync(join(root, 'lib', 'stack.ts'), '1');
  app(`
    const runs = existsSync('runs') ? readFileSync('runs', 'utf8') : '';
    writeFileSync('runs', runs + 'x');
    mkdirSync(process.env.CDK_OUTDIR);
    writeFileSync(process.env.CDK_OUTDIR + '/manifest.json', process.env.CDK_CONTEXT_JSON);`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const app = (code: string): void =>
  writeFileSync(
    join(root, 'bin', 'mediashelf.ts'),
    `import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';${code}`,
  );
const runs = (): number => readFileSync(join(root, 'runs'), 'utf8').length;

describe('the synthesized stack', () => {
  it('is made once, and again when an input changes', async () => {
    const first = await synthesizedStack(root, {});
    expect(await synthesizedStack(root, {})).toBe(first);
    expect(runs()).toBe(1);
    writeFileSync(join(root, 'lib', 'stack.ts'), '2');
    expect(await synthesizedStack(root, {})).not.toBe(first);
    expect(runs()).toBe(2);
    writeFileSync(join(root, 'lib', 'stack.ts'), '1');
    expect(await synthesizedStack(root, {})).toBe(first);
    expect(runs()).toBe(2);
  });

  it('leaves out the layer and the checks, and takes large forms', async () => {
    const outdir = await synthesizedStack(root, {});
    expect(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'))).toMatchObject({
      'aws:cdk:bundling-stacks': [],
      'mediashelf:checks': false,
      uploadGateway: expect.objectContaining({ name: 'uploads.localhost' }),
    });
  });

  it('has no name and no network of AWS, whatever the settings and the run say', async () => {
    const outdir = await synthesizedStack(root, {}, { 'domain.name': 'media.example.com', 'uploadGateway.name': 'x' });
    const context = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
    expect(context).toMatchObject({ domain: null, 'clamd.subnetIds': null, 'clamd.securityGroupIds': null });
    expect(Object.keys(context).filter((key) => /^(domain|uploadGateway)\./.test(key))).toEqual([]);
  });

  it('is made anew when an input changes while it is made', async () => {
    app(`
      const runs = existsSync('runs') ? readFileSync('runs', 'utf8') : '';
      writeFileSync('runs', runs + 'x');
      if (runs === '') writeFileSync('lib/stack.ts', '2');
      mkdirSync(process.env.CDK_OUTDIR);
      writeFileSync(process.env.CDK_OUTDIR + '/manifest.json', readFileSync('lib/stack.ts'));`);
    const outdir = await synthesizedStack(root, {});
    expect(readFileSync(join(outdir, 'manifest.json'), 'utf8')).toBe('2');
    expect(runs()).toBe(2);
  });

  it('may be made by two runtimes at once', async () => {
    const [one, two] = await Promise.all([synthesizedStack(root, {}), synthesizedStack(root, {})]);
    expect(one).toBe(two);
  });

  it('that cannot be made says why', async () => {
    app(`throw new Error('the retention has to be a number of days');`);
    await expect(synthesizedStack(root, {})).rejects.toThrow('the retention has to be a number of days');
  });

  it.each([
    ['is told to stop', 'SIGTERM', `setInterval(() => {}, 1000);`],
    ['is told to stop, busy as it is', 'SIGTERM', 'for (;;);'],
    ['is killed', 'SIGKILL', `setInterval(() => {}, 1000);`],
  ] as const)('is not made any longer once its runtime %s', async (_what, signal, work) => {
    app(`writeFileSync('pid.new', String(process.pid)); renameSync('pid.new', 'pid'); ${work}`);
    const code = `
      import { synthesizedStack } from ${JSON.stringify(new URL('../../../local/synth.ts', import.meta.url).href)};
      process.on('SIGTERM', () => process.exit());
      await synthesizedStack(${JSON.stringify(root)}, {});`;
    const runtime = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'ignore' });
    const exit = once(runtime, 'exit');
    for (let look = 0; look < 500 && !existsSync(join(root, 'pid')); look++) await pause(20);
    const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    runtime.kill(signal);
    await exit;
    expect(await gone(pid)).toBe(true);
  });
});
