import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ByteSource, bufferSource, storedSource, withFileSource } from '../../../functions/shared/byte-source.ts';
import { cachedSource, ReadLimitError } from '../../../functions/shared/cached-source.ts';

/** A source that notes what it is asked for. */
const watched = (bytes: Uint8Array) => {
  const asked: [number, number][] = [];
  const inner = bufferSource(bytes);
  const source: ByteSource = {
    size: bytes.length,
    read: async (start, length) => {
      asked.push([start, length]);
      return inner.read(start, length);
    },
  };
  return { source, asked };
};

const GIB = 2 ** 30;

describe('bytes of a file', () => {
  it('are the same from a file on disk as from memory, also beyond four gigabytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mediashelf-source-'));
    const path = join(folder, 'sparse');
    const file = await open(path, 'w');
    await file.write(Buffer.from('start'), 0, 5, 0);
    await file.write(Buffer.from('end'), 0, 3, 5 * GIB);
    await file.close();
    await withFileSource(path, async (source) => {
      expect(source.size).toBe(5 * GIB + 3);
      expect(Buffer.from(await source.read(0, 5)).toString()).toBe('start');
      expect(Buffer.from(await source.read(5 * GIB, 100)).toString()).toBe('end');
      expect(await source.read(6 * GIB, 1)).toHaveLength(0);
    });
    await rm(folder, { recursive: true });
  });

  it('end where the file ends', async () => {
    const source = bufferSource(Buffer.from('0123456789'));
    expect(Buffer.from(await source.read(8, 10)).toString()).toBe('89');
    expect(await source.read(10, 1)).toHaveLength(0);
  });

  it.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, Number.NaN],
    [Number.POSITIVE_INFINITY, 1],
  ])('are not read from %d for %d', async (start, length) => {
    const source = bufferSource(Buffer.alloc(10));
    await expect(source.read(start, length)).rejects.toThrow(RangeError);
    await expect(cachedSource(source).read(start, length)).rejects.toThrow(RangeError);
  });

  it('of an object that is gone are an error, not an empty file', async () => {
    const source = storedSource({ readRange: async () => undefined }, 'originals/t/m/v', 100);
    await expect(source.read(0, 10)).rejects.toThrow('is gone');
  });
});

describe('a cache before a source', () => {
  it('reads what the source has, whatever is asked for in whatever order', async () => {
    const bytes = randomBytes(1000);
    const reads = fc.array(fc.tuple(fc.nat(1100), fc.nat(400)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        reads,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 6 }),
        async (all, blockSize, blocks) => {
          const source = cachedSource(bufferSource(bytes), { blockSize, blocks });
          const found = await Promise.all(all.map(([start, length]) => source.read(start, length)));
          found.forEach((piece, index) => {
            const [start = 0, length = 0] = all[index] ?? [];
            expect(Buffer.from(piece).equals(bytes.subarray(start, start + length))).toBe(true);
          });
        },
      ),
    );
  });

  it('reads a block once, also for concurrent reads of it', async () => {
    const { source, asked } = watched(randomBytes(1000));
    const cached = cachedSource(source, { blockSize: 100 });
    await Promise.all([cached.read(0, 4), cached.read(4, 4), cached.read(90, 20)]);
    await cached.read(150, 50);
    expect(asked).toEqual([
      [0, 100],
      [100, 100],
    ]);
    await cached.read(0, 1000);
    expect(asked.at(-1)).toEqual([200, 800]);
    expect(cached.bytesRead).toBe(1000);
  });

  it('forgets what was not read for the longest time', async () => {
    const { source, asked } = watched(randomBytes(400));
    const cached = cachedSource(source, { blockSize: 100, blocks: 2 });
    for (const start of [0, 100, 0, 200, 0]) await cached.read(start, 1);
    expect(asked.map(([start]) => start)).toEqual([0, 100, 200]);
    await cached.read(100, 1);
    expect(asked.at(-1)).toEqual([100, 100]);
  });

  it('refuses a read beyond its limit before it asks the source', async () => {
    const { source, asked } = watched(randomBytes(1000));
    const cached = cachedSource(source, { blockSize: 100, most: 300 });
    await cached.read(0, 250);
    await expect(cached.read(250, 100)).rejects.toThrow(ReadLimitError);
    await cached.read(10, 200);
    expect(asked).toHaveLength(1);
    expect(cached.bytesRead).toBe(300);
  });

  it('asks again for what could not be read', async () => {
    let calls = 0;
    const read = async () => {
      calls += 1;
      if (calls === 1) throw new Error('connection lost');
      return Buffer.from('0123456789');
    };
    const cached = cachedSource({ size: 10, read });
    await expect(cached.read(0, 2)).rejects.toThrow('connection lost');
    expect(Buffer.from(await cached.read(0, 2)).toString()).toBe('01');
  });
});
