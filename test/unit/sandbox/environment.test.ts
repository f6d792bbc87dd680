import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sandboxEnvironment } from '../../../functions/sandbox/entry.ts';
import type { SandboxLimits } from '../../../functions/sandbox/limits.ts';
import { processes } from '../../../functions/sandbox/run-in-process.ts';
import { runInThread } from '../../../functions/sandbox/run-in-thread.ts';
import { written } from './codes.ts';

const LIMITS: SandboxLimits = { wallMs: 60_000, cpuMs: 60_000, heapMb: 256, memoryBytes: 2 ** 30 };
const SOURCES = globSync('functions/**/*.ts');
const ENTRIES = SOURCES.filter((path) => path.endsWith('.sandbox.ts'));
const sourceOf = (path: string): string => readFileSync(path, 'utf8');

/** What the environment of a function holds that decodes. */
const ROLE = {
  AWS_ACCESS_KEY_ID: 'AKIAROLE',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-role',
  AWS_SESSION_TOKEN: 'token-of-the-role',
  AUTH_SECRET_ARN: 'arn:of:the:secret',
  TABLE: 'table-of-the-role',
  NODE_PATH: process.env.NODE_PATH ?? '/opt/nodejs/node_modules',
};
const before = { ...process.env };
beforeAll(() => void Object.assign(process.env, ROLE));
afterAll(() => {
  for (const name of Object.keys(ROLE)) delete process.env[name];
  Object.assign(process.env, before);
});

const ANSWERS = "import { readFileSync } from 'node:fs'; const seen = { ...process.env };";
/** Loads the real code of a sandbox, and answers in its place. */
const spying = (entry: string, answer: string): URL =>
  written(`spy-${entry.replaceAll(/\W/g, '-')}`, `import '${pathToFileURL(entry).href}';\n${ANSWERS}\n${answer}`);

describe('the environment of a sandbox', () => {
  it.each(ENTRIES.filter((path) => sourceOf(path).includes('answerInThread')))(
    'holds nothing, in a thread: %s',
    async (path) => {
      const entry = written(
        `spy-${path.replaceAll(/\W/g, '-')}`,
        `import { parentPort } from 'node:worker_threads';
         parentPort.postMessage({ ...process.env });
         await import('${pathToFileURL(path).href}');`,
      );
      expect(await runInThread({ entry, input: {}, limits: LIMITS })).toEqual({});
    },
  );

  it.each(ENTRIES.filter((path) => sourceOf(path).includes('answerInProcess')))(
    'holds nothing of the role, in a process: %s',
    async (path) => {
      const answer = `process.removeAllListeners('message');
      const raw = () => { try { return readFileSync('/proc/self/environ', 'latin1'); } catch { return ''; } };
      process.once('message', () => process.send({ answer: [seen, raw()], memoryBytes: 0 }));`;
      const run = processes({ entry: spying(path, answer), env: sandboxEnvironment(process.env), limits: LIMITS });
      const [seen, raw] = await run<[Record<string, string>, string]>(null);
      expect(Object.keys(seen).filter((name) => !['NODE_PATH', 'LD_LIBRARY_PATH', 'TMPDIR'].includes(name))).toEqual(
        [],
      );
      expect(seen.NODE_PATH).toBe(ROLE.NODE_PATH);
      expect(raw).not.toMatch(/role|secret|AWS_/i);
    },
  );

  it('is found in every sandbox that there is', () => {
    expect(ENTRIES.length).toBeGreaterThan(5);
    for (const path of ENTRIES) expect(sourceOf(path)).toMatch(/answerIn(Thread|Process)/);
  });

  it('is the only one that code of strangers could meet: nothing else starts a thread or a process', () => {
    const starts = /from 'node:(?:child_process|worker_threads|cluster)'/;
    expect(SOURCES.filter((path) => starts.test(sourceOf(path))).sort()).toEqual([
      'functions/sandbox/in-thread.ts',
      'functions/sandbox/read-over-port.ts',
      'functions/sandbox/run-in-process.ts',
      'functions/sandbox/run-in-thread.ts',
      'functions/sandbox/watchdog.ts',
    ]);
    const open = SOURCES.filter((path) => /\b(processes|readInProcess)\(\{/.test(sourceOf(path)));
    for (const path of open) expect(sourceOf(path)).toMatch(/env: sandboxEnvironment\(|, env,|env, limits/);
  });
});
