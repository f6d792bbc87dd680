import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { SandboxEndedError, type SandboxLimits } from '../../../functions/sandbox/limits.ts';
import { type ProcessSettings, processes } from '../../../functions/sandbox/run-in-process.ts';
import { GROW, inProcess, LOOP, NATIVE, SLEEP } from './codes.ts';

const LIMITS: SandboxLimits = { wallMs: 60_000, cpuMs: 60_000, heapMb: 64, memoryBytes: 2 ** 30 };
/** On a machine with other work a task takes seconds, and is no slow one for that. */
const running = (entry: URL, settings: Partial<ProcessSettings> = {}) =>
  processes({ entry, env: {}, limits: LIMITS, slowMs: 60_000, ...settings });
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const endedBy = (bound: string) => expect.objectContaining({ name: 'SandboxEndedError', bound });

const PID = inProcess('pid', 'return process.pid;');
/** Tells its process, then does something bad. */
const telling = (name: string, work: string) =>
  inProcess(name, `(await import('node:fs')).writeFileSync(task, String(process.pid)); ${work}`);

describe('a process of a sandbox', () => {
  it('answers, and is kept for the next task', async () => {
    const run = running(PID);
    expect(await run<number>(null)).toBe(await run<number>(null));
  });

  it('is replaced after so many tasks', async () => {
    const run = running(PID, { tasksEach: 1 });
    const pids = [await run<number>(null), await run<number>(null)];
    expect(new Set(pids).size).toBe(2);
    for (const pid of pids) expect(isAlive(pid)).toBe(false);
  });

  it('is ended when it was idle for long, and its end is waited for', async () => {
    const run = running(PID, { idleMs: 100 });
    const pid = await run<number>(null);
    while (isAlive(pid)) await pause(50);
    expect(await run<number>(null)).not.toBe(pid);
  });

  it('is replaced when it kept much memory', async () => {
    const entry = inProcess('keeps', 'globalThis.kept = Buffer.alloc(400 * 2 ** 20, 1); return process.pid;');
    const run = running(entry);
    expect(await run<number>(null)).not.toBe(await run<number>(null));
  });

  it('gives way once its task is slow, with all of its threads, and is replaced', async () => {
    const entry = inProcess(
      'slow',
      `const { getPriority } = await import('node:os');
       const { readdirSync } = await import('node:fs');
       const threads = () => readdirSync('/proc/self/task').map((id) => getPriority(Number(id)));
       for (const end = Date.now() + 60_000; task && getPriority() === 0 && Date.now() < end; )
         await new Promise((resolve) => setTimeout(resolve, 50));
       return { pid: process.pid, threads: threads() };`,
    );
    const run = running(entry, { slowMs: 8000 });
    const quick = await run<{ pid: number; threads: number[] }>(false);
    const slow = await run<{ pid: number; threads: number[] }>(true);
    const next = await run<{ pid: number; threads: number[] }>(false);
    expect(slow.pid).toBe(quick.pid);
    expect(new Set(slow.threads)).toEqual(new Set([10]));
    expect(next.pid).not.toBe(slow.pid);
    expect(new Set(next.threads)).toEqual(new Set([0]));
  });

  it('says what its work threw, and is kept', async () => {
    const run = running(inProcess('throws', "if (task) throw new Error('no'); return process.pid;"));
    const pid = await run<number>(false);
    await expect(run(true)).rejects.toThrow('no');
    expect(await run<number>(false)).toBe(pid);
  });

  it.each([
    ['time', 'loop', LOOP, { wallMs: 1500 }],
    ['time', 'sleep', SLEEP, { wallMs: 1500 }],
    ['time', 'native', NATIVE, { wallMs: 1500 }],
    ['processor', 'loop-cpu', LOOP, { cpuMs: 300 }],
    ['processor', 'native-cpu', NATIVE, { cpuMs: 300 }],
    ['memory', 'grow', GROW, { memoryBytes: 2 ** 28 }],
    ['crash', 'segv', "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});", {}],
    ['crash', 'heap', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));', {}],
  ] as const)('is ended for its %s, whatever it is at: %s', async (bound, name, work, limits) => {
    const run = running(inProcess(name, work));
    await expect(run(null, limits)).rejects.toEqual(endedBy(bound));
  });

  it('is ended from outside when it does not look at itself', async () => {
    const entry = inProcess('blind', `process.on('SIGALRM', () => {}); ${SLEEP}`);
    await expect(running(entry)(null, { wallMs: 500 })).rejects.toEqual(endedBy('time'));
  });

  it('does not notice the end of another', async () => {
    const run = running(inProcess('either', `if (task === 'bad') { ${NATIVE} } return task;`), { atOnce: 2 });
    const bad = run('bad', { cpuMs: 500 });
    const good = Array.from({ length: 5 }, (_, index) => run(index));
    expect(await Promise.all(good)).toEqual([0, 1, 2, 3, 4]);
    await expect(bad).rejects.toBeInstanceOf(SandboxEndedError);
    expect(await run('after')).toBe('after');
  });

  it('lets tasks wait for one another in their order', async () => {
    const run = running(inProcess('echo', 'return task;'));
    const seen: unknown[] = [];
    await Promise.all([1, 2, 3, 4].map((task) => run(task).then((answer) => seen.push(answer))));
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['loop', LOOP],
    ['native code', NATIVE],
    ['sleep', SLEEP],
  ])('ends with a program that is killed, in the midst of a %s', async (name, work) => {
    const entry = telling(`orphan-${name.replace(' ', '-')}`, work);
    const file = `${new URL(entry).pathname}.pid`;
    const { href } = new URL('../../../functions/sandbox/run-in-process.ts', import.meta.url);
    const program = `data:text/javascript,${encodeURIComponent(`
      import { processes } from '${href}';
      const run = processes({ entry: new URL('${entry.href}'), env: {}, limits: ${JSON.stringify(LIMITS)} });
      run('${file}').catch(() => {});`)}`;
    const parent = fork(inProcess(`parent-${name.replace(' ', '-')}`, ''), ['x'], {
      execArgv: ['--import', program],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const { readFileSync, existsSync } = await import('node:fs');
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await pause(50);
    const pid = Number(readFileSync(file, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    const gone = once(parent, 'exit');
    parent.kill('SIGKILL');
    await gone;
    while (isAlive(pid)) await pause(50);
  });
});
