/** Time from the start of the process to its ready line, and memory after a while without a request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bestAlternative } from '../rig/alternatives.ts';
import { residentMebibytes } from '../rig/process-usage.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, median } from '../rig/table.ts';

const IDLE_MS = 10_000;

interface Booted {
  readonly seconds: number;
  readonly child: ChildProcess;
}

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const boot = async (parameters: readonly string[]): Promise<Booted> => {
  const start = performance.now();
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${parameters[0]} ended before it was ready`)));
  ended.catch(() => {});
  await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return { seconds: (performance.now() - start) / 1000, child };
};

const end = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
};

const bootOurs = (): Promise<Booted> => boot([path('../../local/main.ts'), '--memory', '--port', '0', '--json']);

/** Boots and stops, then boots once more and waits for the memory to settle. */
const measure = async (start: () => Promise<Booted>, times: number, idleMs: number) => {
  const seconds: number[] = [];
  for (let each = 0; each < times; each++) {
    const booted = await start();
    seconds.push(booted.seconds);
    await end(booted.child);
  }
  const { child } = await start();
  await pause(idleMs);
  const mebibytes = residentMebibytes(child.pid ?? 0);
  await end(child);
  return { seconds: median(seconds), mebibytes };
};

export const benchBoot: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bench-'));
  try {
    // The first boot of new sources synthesizes the stack; every later one finds it.
    await end((await bootOurs()).child);
    const [times, idleMs] = quick ? [1, 2_000] : [7, IDLE_MS];
    say(`booting ${times + 1} times`);
    const ours = await measure(bootOurs, times, idleMs);
    const bare = await measure(() => boot([path('../rig/bare-runtime.ts'), folder]), times, idleMs);
    const [bestBoot, bestIdle] = [bestAlternative('bootMs'), bestAlternative('idleMebibytes')];
    const seconds = { value: ours.seconds, unit: 's' };
    const memory = { value: ours.mebibytes, unit: 'MiB' };
    return [
      benchRow({ ...seconds, name: 'boot to the ready line / bare server', baseline: bare.seconds, budget: null }),
      benchRow({
        ...seconds,
        name: `boot to the ready line / ${bestBoot.name}`,
        baseline: bestBoot.value / 1000,
        budget: 1,
      }),
      benchRow({ ...memory, name: 'memory when idle / bare server', baseline: bare.mebibytes, budget: null }),
      benchRow({ ...memory, name: `memory when idle / ${bestIdle.name}`, baseline: bestIdle.value, budget: 1 }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
