import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { client } from '../support/drivers/client.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { fixture } from '../support/fixtures/fixtures.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
/** What a deployment has that a laptop has not: names, and a network. */
const SETTINGS = {
  domain: { name: 'media.example.com', certificateArn },
  uploadGateway: { name: 'uploads.example.com', certificateArn },
  clamd: { host: 'clamd.internal', subnetIds: ['subnet-0123abcd'], securityGroupIds: ['sg-0123abcd'] },
};

let project: string;
let runtime: Runtime;
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'mediashelf-project-'));
  for (const copied of [
    'bin',
    'local',
    'web',
    'client',
    'tsconfig.json',
    'package.json',
    'package-lock.json',
    'cdk.json',
  ])
    cpSync(join(ROOT, copied), join(project, copied), { recursive: true });
  for (const linked of ['lib', 'functions', 'layers', 'node_modules'])
    symlinkSync(join(ROOT, linked), join(project, linked));
  writeFileSync(join(project, 'mediashelf.config.ts'), `export default ${JSON.stringify(SETTINGS)};\n`);
  const dotted = Object.entries(SETTINGS.domain).flatMap(([name, value]) => ['-c', `domain.${name}=${value}`]);
  runtime = await startRuntime(['--memory', ...dotted], {}, join(project, 'local', 'main.ts'));
});
afterAll(async () => {
  await runtime?.stop();
  rmSync(project, { recursive: true, force: true });
});

it('settings of a deployment leave a laptop its own addresses', async () => {
  const api = client(runtime.ready);
  const bytes = await fixture('picture/xmp.jpg');
  const { mediaId } = await api.upload({ name: 'a.jpg', type: 'image/jpeg', bytes });
  const { url } = (await api.call('GET', `/api/v1/media/${mediaId}`)).body.data;
  expect(new URL(url).origin).toBe(runtime.ready.http);
  expect((await fetch(url)).status).toBe(200);
});
