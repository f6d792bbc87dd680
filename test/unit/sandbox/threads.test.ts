import { describe, expect, it } from '@jest/globals';
import type { SandboxLimits } from '../../../functions/sandbox/limits.ts';
import { runInThread } from '../../../functions/sandbox/run-in-thread.ts';
import { bufferSource } from '../../../functions/shared/byte-source.ts';
import { GROW, inThread, LOOP, SLEEP } from './codes.ts';

const LIMITS: SandboxLimits = { wallMs: 60_000, cpuMs: 60_000, heapMb: 64, memoryBytes: 2 ** 28 };
const run = (entry: URL, limits: Partial<SandboxLimits> = {}) =>
  runInThread({ entry, input: 'hello', limits: { ...LIMITS, ...limits }, source: bufferSource(Buffer.from('bytes')) });
const endedBy = (bound: string) => expect.objectContaining({ name: 'SandboxEndedError', bound });

describe('a thread of a sandbox', () => {
  it('answers what it made of its input and its file', async () => {
    const entry = inThread('reads', 'return [input, Buffer.from(await source.read(1, 3)).toString()];');
    expect(await run(entry)).toEqual(['hello', 'yte']);
  });

  it.each([
    ['time', 'loops', LOOP, { wallMs: 1000 }],
    ['time', 'sleeps', SLEEP, { wallMs: 1000 }],
    ['processor', 'computes', LOOP, { cpuMs: 200 }],
    ['memory', 'grows', GROW, {}],
    ['memory', 'heaps', 'const all = []; for (;;) all.push(new Array(1e5).fill(all.length));', {}],
    ['crash', 'throws', "throw new Error('broken');", {}],
  ] as const)('is ended for its %s, whatever it is at: %s', async (bound, name, work, limits) => {
    await expect(run(inThread(name, work), limits)).rejects.toEqual(endedBy(bound));
  });

  it('has no more memory of WebAssembly than it is given', async () => {
    const entry = inThread(
      'wasm',
      `const memory = new WebAssembly.Memory({ initial: 1 });
       try { memory.grow(2 ** 13); return 'grown'; } catch (error) { return error.message; }`,
    );
    expect(await run(entry)).toBe(`more than ${2 ** 28} bytes of memory`);
  });

  it.each([
    ['nowhere', 'source.read(Number.NaN, 1)'],
    ['before the file', 'source.read(-1, 1)'],
    ['beyond all numbers', 'source.read(2 ** 56, 1)'],
    ['no place', 'source.read(1n, 1)'],
    ['no number of bytes', "source.read(0, 'all')"],
  ])('gets an error of its own for a read of %s, which is none of the storage', async (name, read) => {
    const entry = inThread(`misreads-${name.replaceAll(' ', '-')}`, `return ${read}.catch((error) => error.message);`);
    expect(await run(entry)).toContain('MisreadError');
  });

  it('is not blamed for an error of the storage', async () => {
    const source = { size: 10, read: () => Promise.reject(new Error('connection reset')) };
    const entry = inThread('asks', 'return source.read(0, 1).catch(() => 5);');
    await expect(runInThread({ entry, input: null, limits: LIMITS, source })).rejects.toThrow('connection reset');
  });
});
