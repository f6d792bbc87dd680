/**
 * `npm start -- --json` as a supervisor runs it: the ready line, the README's tour against it, SIGTERM to npm, and no process
 * may remain after two seconds. Ends with 1 and the reason when anything fails: `npx node test/support/drivers/smoke.ts`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT, tourScript } from '../checks/readme.ts';
import type { Ready } from './runtime.ts';

const BOOT_MS = 60_000;
const TOUR_MS = 120_000;
const STOP_MS = 2_000;

/** npm's own output before it runs a script. */
const BANNER = /^(>.*)?$/;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Distinguishes a process from a later one with the same pid. */
  readonly started: string;
}

const processes = (): readonly Process[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), started: rest[17] ?? '' }];
    } catch {
      return [];
    }
  });

const descendants = (root: number): readonly Process[] => {
  const all = processes();
  const below = (pid: number): readonly Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
};

const stillThere = (known: readonly Process[]): readonly Process[] => {
  const now = processes();
  return known.filter(({ pid, started }) => now.some((each) => each.pid === pid && each.started === started));
};

const readyLine = async (child: ChildProcess): Promise<Ready> => {
  if (!child.stdout) throw new Error('npm start has no standard output');
  for await (const line of createInterface(child.stdout)) {
    if (BANNER.test(line)) continue;
    return JSON.parse(line) as Ready;
  }
  throw new Error('npm start ended without a ready line');
};

const runTour = async ({ http, apiKey }: Ready): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'mediashelf-tour-'));
  try {
    const tour = spawn('bash', ['-euo', 'pipefail', '-c', tourScript()], {
      cwd: PROJECT,
      env: { ...process.env, API: http, KEY: apiKey, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: TOUR_MS,
    });
    let said = '';
    tour.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const [code] = await once(tour, 'close');
    process.stdout.write(said);
    if (code !== 0) throw new Error(`The tour ended with ${code}`);
    // The results of the tour's last commands: the record is listed, titled, and gone.
    for (const expected of ['"status":"active"', '"total":1', '"title":"Harbour"', 'Media deleted', '"total":0']) {
      if (!said.includes(expected)) throw new Error(`The tour did not print ${expected}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Answers what of these processes is still there when the time is up. */
const outlive = async (known: readonly Process[], milliseconds: number): Promise<readonly Process[]> => {
  const deadline = performance.now() + milliseconds;
  let left = stillThere(known);
  while (left.length > 0 && performance.now() < deadline) {
    await pause(20);
    left = stillThere(known);
  }
  return left;
};

const child = spawn('npm', ['start', '--', '--json', '--port', '0', '--memory'], {
  cwd: PROJECT,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(child, 'exit');
const slow = setTimeout(() => child.kill('SIGKILL'), BOOT_MS);
let family: readonly Process[] = [];
try {
  const ready = await readyLine(child);
  clearTimeout(slow);
  family = descendants(child.pid ?? 0);
  await runTour(ready);
  child.kill('SIGTERM');
  const left = await outlive(family, STOP_MS);
  if (left.length > 0) throw new Error(`${left.length} of ${family.length} processes outlived SIGTERM by two seconds`);
  const [code] = await ended;
  if (code !== 0) throw new Error(`npm start ended with ${code} after SIGTERM`);
  process.stdout.write(`${family.length} processes ended with SIGTERM\n`);
} finally {
  clearTimeout(slow);
  for (const { pid } of stillThere(family.length > 0 ? family : descendants(child.pid ?? 0)))
    process.kill(pid, 'SIGKILL');
}
