import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONTAINERS } from '../../../../functions/files/checks/containers.ts';
import { type ContainerWalk, streamCheck } from '../../../../functions/files/checks/stream-check.ts';
import { VERIFIED_FILES } from '../../../support/fixtures/verified-files.ts';

const inPieces = (bytes: Buffer, sizes: readonly number[], push: (piece: Buffer) => void): void => {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    push(bytes.subarray(at, at + size));
    at += size;
  }
};

describe('a walk through a stream', () => {
  it('gets what it asks for, however the stream is cut into pieces', () => {
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256));
    const asked = [
      { at: 0, length: 10 },
      { at: 0, length: 4 },
      { at: 8, length: 8 },
      { at: 100, length: 1 },
      { at: 250, length: 100 },
      { at: 400, length: 4 },
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        const got: Buffer[] = [];
        const check = streamCheck(
          (function* (): ContainerWalk {
            for (const each of asked) got.push(Buffer.from(yield each));
            return 'sound';
          })(),
        );
        inPieces(bytes, sizes, check.push);
        expect(check.end()).toBe('sound');
        expect(got).toEqual(asked.map(({ at, length }) => bytes.subarray(at, at + length)));
      }),
    );
  });

  const containers = VERIFIED_FILES.filter(({ type }) => Object.hasOwn(CONTAINERS, type));
  it.each(containers.map((file) => [`${file.name} as ${file.type}`, file] as const))(
    'ends alike in pieces of one byte: %s',
    (_, { bytes, type }) => {
      const file = bytes().subarray(0, 20_000);
      const verdict = (sizes: readonly number[]) => {
        const check = streamCheck((CONTAINERS[type] ?? { walk: () => fail() }).walk(file.length));
        inPieces(file, sizes, check.push);
        return check.end();
      };
      expect(verdict([1])).toBe(verdict([file.length]));
    },
  );

  it('ends whatever the bytes are', () => {
    const walks = fc.constantFrom(...Object.values(CONTAINERS));
    const starts = fc.constantFrom('', '494433', '4f676753', '664c6143', '52494646', '1a45dfa3', '0000001866747970');
    fc.assert(
      fc.property(walks, starts, fc.uint8Array({ maxLength: 600 }), ({ walk }, start, tail) => {
        const bytes = Buffer.concat([Buffer.from(start, 'hex'), tail]);
        const check = streamCheck(walk(bytes.length));
        check.push(bytes);
        expect(['sound', 'foreign', 'cut']).toContain(check.end());
      }),
      { numRuns: 2000 },
    );
  });
});

const fail = (): never => {
  throw new Error('no such container');
};
