import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frameLimit } from '../../../local/websocket/frame-limit.ts';

const frame = (length: number): Buffer => {
  const size =
    length < 126
      ? Buffer.from([0x80 | length])
      : length < 65_536
        ? Buffer.from([0xfe, length >> 8, length & 0xff])
        : Buffer.from([0xff, 0, 0, 0, 0, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff]);
  return Buffer.concat([Buffer.from([0x81]), size, Buffer.alloc(4 + length, 0xff)]);
};

const feed = (stream: Buffer, cuts: number[]): boolean => {
  const exceeds = frameLimit(1_000);
  const borders = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return (
    borders
      .slice(1)
      .map((end, index) => exceeds(stream.subarray(borders[index], end)))
      .at(-1) ?? false
  );
};

describe('the limit on single frames', () => {
  it('sees a frame that is too long wherever the network cuts the stream', () => {
    const lengths = fc.array(fc.oneof(fc.nat(200), fc.integer({ min: 900, max: 1_100 }), fc.constant(70_000)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat()), (sizes, cuts) => {
        expect(feed(Buffer.concat(sizes.map(frame)), cuts)).toBe(sizes.some((size) => size > 1_000));
      }),
      { numRuns: 200 },
    );
  });

  it('decides on the header alone, before the payload came', () => {
    expect(frameLimit(1_000)(frame(70_000).subarray(0, 10))).toBe(true);
  });
});
