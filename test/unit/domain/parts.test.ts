import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  finestLayout,
  type HeldPart,
  judgeParts,
  layoutOf,
  layoutOfSender,
  lengthOf,
} from '../../../functions/domain/parts.ts';

const MIB = 2 ** 20;
const TIB = 2 ** 40;
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 200 * MIB }),
  fc.double({ min: 1, max: 5 * TIB, noNaN: true }).map(Math.floor),
  fc.constantFrom(1, 8 * MIB, 8 * MIB + 1, 8 * 1024 * MIB + 1, 10_000 * 16 * MIB, 10_000 * 16 * MIB + 1, 5 * TIB),
);

describe('the layout of a file', () => {
  it('has at most 10,000 parts of 8 MiB or more, which are the file', () =>
    fc.assert(
      fc.property(sizes, (size) => {
        const layout = layoutOf(size);
        expect(layout.partCount).toBeLessThanOrEqual(10_000);
        expect(layout.partSize).toBeGreaterThanOrEqual(8 * MIB);
        const last = lengthOf(layout, size, layout.partCount);
        expect(last).toBeGreaterThan(0);
        expect(last).toBeLessThanOrEqual(layout.partSize);
        expect(layout.partSize * (layout.partCount - 1) + last).toBe(size);
      }),
    ));

  it('keeps to 16 MiB as long as 10,000 parts suffice', () => {
    expect(layoutOf(1)).toEqual({ partSize: 8 * MIB, partCount: 1 });
    expect(layoutOf(200 * MIB)).toEqual({ partSize: 8 * MIB, partCount: 25 });
    expect(layoutOf(10_000 * 16 * MIB)).toEqual({ partSize: 16 * MIB, partCount: 10_000 });
    expect(layoutOf(10_000 * 16 * MIB + 1).partSize).toBe(17 * MIB);
    expect(layoutOf(5 * TIB).partSize).toBe(525 * MIB);
  });
});

describe('the parts that arrived', () => {
  const fileSize = 20 * MIB;
  const session = { fileSize, multipart: { ...layoutOf(fileSize), uploadId: 'u', algorithm: null } };
  const part = (partNumber: number, size: number): HeldPart => ({ partNumber, size, etag: `etag${partNumber}` });
  const all = [part(1, 8 * MIB), part(2, 8 * MIB), part(3, 4 * MIB)] as const;
  const [one, two, three] = all;
  const verdict = (...args: [readonly HeldPart[], (readonly HeldPart[])?]) => judgeParts(session, ...args).verdict;

  it('are the file when none is missing and the total is what was declared', () => {
    expect(verdict(all)).toBe('complete');
    expect(verdict(all, all)).toBe('complete');
  });

  it('can be mended while one is missing or too small', () => {
    expect([verdict([]), verdict([one, three]), verdict([one, two]), verdict([two, three])]).toEqual(
      Array(4).fill('incomplete'),
    );
    expect(verdict([part(1, 4 * MIB), two, part(3, 8 * MIB)])).toBe('incomplete');
  });

  it('are another file when their total differs', () => {
    expect(verdict([one, two, part(3, 4 * MIB - 1)])).toBe('wrong');
    expect(verdict([one, two, part(3, 8 * MIB)])).toBe('wrong');
    expect(verdict([one, two, part(3, 5 * MIB), part(4, 1)])).toBe('wrong');
  });

  it('are not those that a client names twice, out of order, wrongly or not at all', () => {
    const foreign = { ...two, etag: 'another' };
    for (const claimed of [[one, one, two, three], [two, one, three], [one, foreign, three], [one, two], []]) {
      expect(verdict(all, claimed)).toBe('incomplete');
    }
  });
});

describe('the parts of a file that its sender cuts', () => {
  const most = 100 * MIB;
  const multipart = { ...finestLayout(most), uploadId: 'u', algorithm: null, cutBy: 'sender' } as const;
  const parts = (...mebibytes: number[]): HeldPart[] =>
    mebibytes.map((size, index) => ({ partNumber: index + 1, size: size * MIB, etag: `etag${index}` }));
  const judged = (held: readonly HeldPart[], fileSize: number, sizeOpen?: true) =>
    judgeParts({ fileSize, multipart, ...(sizeOpen ? { sizeOpen } : {}) }, held).verdict;

  it('may be as many as of the least size could come, and no more than S3 takes', () => {
    expect(finestLayout(1)).toEqual({ partSize: 5 * MIB, partCount: 1 });
    expect(finestLayout(most)).toEqual({ partSize: 5 * MIB, partCount: 20 });
    expect(finestLayout(5 * TIB).partCount).toBe(10_000);
  });

  it('are the file with whatever cut has its size', () => {
    for (const held of [parts(12), parts(5, 5, 2), parts(7, 5)]) expect(judged(held, 12 * MIB)).toBe('complete');
    expect(judged(parts(5, 5), 12 * MIB)).toBe('wrong');
    expect(judged(parts(4, 8), 12 * MIB)).toBe('incomplete');
  });

  it('follow from its size where that was told, as Uppy cuts by itself or as the page says', () => {
    expect(layoutOfSender(1)).toEqual({ partSize: 5 * MIB, partCount: 1 });
    expect(layoutOfSender(12 * MIB)).toEqual({ partSize: 5 * MIB, partCount: 3 });
    expect(layoutOfSender(10_000 * 5 * MIB + 1)).toEqual({ partSize: 5 * MIB + 1, partCount: 10_000 });
    expect(layoutOfSender(12 * MIB, 8 * MIB)).toEqual({ partSize: 8 * MIB, partCount: 2 });
  });

  it('may not be more than may come, though more is reserved for parts of unknown length', () => {
    const reserved = { fileSize: 10 * 1024 * MIB, sizeOpen: true, mostBytes: most, multipart } as const;
    expect(judgeParts(reserved, parts(50, 50)).verdict).toBe('complete');
    expect(judgeParts(reserved, parts(50, 50, 1)).verdict).toBe('wrong');
  });

  it('are the file with any size up to the most, where none was told', () => {
    for (const held of [parts(1), parts(50, 50), parts(5, 1)]) expect(judged(held, most, true)).toBe('complete');
    expect(judged(parts(50, 50, 1), most, true)).toBe('wrong');
    expect(judged([], most, true)).toBe('incomplete');
  });
});
