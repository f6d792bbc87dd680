import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createContainer } from '../../../local/containers/container.ts';
import type { ContainerSpec } from '../../../local/template/containers.ts';
import { gone, isAlive } from '../../support/drivers/processes.ts';

let spec: ContainerSpec;
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mediashelf-container-'));
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { createServer } from 'node:http';
    createServer((_request, response) => response.end(String(process.pid))).listen(process.env.PORT, process.env.HOST);`,
  );
  spec = { name: 'tells-its-pid', folder, environment: {}, memoryMb: 64, roleLogicalId: 'Role' };
});
afterAll(() => rmSync(spec.folder, { recursive: true, force: true }));

const pidOf = async (url: string): Promise<number> => Number(await (await fetch(url)).text());

describe('a container', () => {
  it('is ended with the runtime, also the one that took over from another', async () => {
    const container = createContainer(spec, { environmentOf: async () => ({}), onOutput: () => {}, idleMs: 0 });
    const pids = new Set<number>();
    for (let turn = 0; turn < 5; turn++) {
      pids.add(await container.use(pidOf));
      // The idle one is just being ended when the next request comes.
      await pause(2);
    }
    await container.use(async (url) => {
      pids.add(await pidOf(url));
      await container.stop();
    });
    expect(pids.size).toBeGreaterThan(1);
    expect([...pids].filter(isAlive)).toEqual([]);
  });

  it('is started again by the next request when it ended by itself', async () => {
    const container = createContainer(spec, { environmentOf: async () => ({}), onOutput: () => {} });
    const first = await container.use(pidOf);
    process.kill(first, 'SIGKILL');
    expect(await gone(first)).toBe(true);
    let second = first;
    // Requests fail until this process has heard of the end.
    for (let turn = 0; turn < 100 && second === first; turn++) second = await container.use(pidOf).catch(() => first);
    expect(second).not.toBe(first);
    await container.stop();
    expect(isAlive(second)).toBe(false);
  });

  it('does not outlive a runtime that was killed', async () => {
    const code = `
      import { createContainer } from ${JSON.stringify(new URL('../../../local/containers/container.ts', import.meta.url).href)};
      const container = createContainer(${JSON.stringify(spec)}, { environmentOf: async () => ({}), onOutput: () => {} });
      await container.use(async (url) => console.log(await (await fetch(url)).text()));
      setInterval(() => {}, 1000);`;
    const runtime = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = await once(createInterface(runtime.stdout), 'line');
    expect(isAlive(Number(pid))).toBe(true);
    runtime.kill('SIGKILL');
    expect(await gone(Number(pid))).toBe(true);
  });
});
