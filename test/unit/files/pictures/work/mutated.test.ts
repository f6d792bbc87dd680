import { beforeAll, describe, expect, it } from '@jest/globals';
import { workRefusal } from '../../../../../functions/files/pictures/inspect-image.ts';
import { WALKS } from '../../../../../functions/files/pictures/work/promised-work.ts';
import { WorkLimitError } from '../../../../../functions/files/pictures/work/work-limit.ts';
import { heifOf, heifOfOddNumbers, heifOfReferences } from '../../../../support/fixtures/costly-heif.ts';
import { jpegOfHiddenScans, PACKED_CHUNKS, pngOf } from '../../../../support/fixtures/costly-pictures.ts';
import { photo, photoPixels, picture } from '../../../../support/fixtures/pictures.ts';
import { fixture } from '../../../../support/fixtures/preview-fixtures.ts';

const MUTATIONS = 20_000;
/** Values at which lengths, versions and markers change their meaning. */
const EDGES = [0, 1, 2, 0x0f, 0x10, 0x77, 0x7f, 0x80, 0xf0, 0xfe, 0xff, 0xc4, 0xd0, 0xd8, 0xd9, 0xda];

/** Numbers of 0 to `below`, the same in every run. */
const numbersFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const shape = () => picture(photoPixels(16, 16));

const SEEDS: readonly (readonly [name: string, make: () => Promise<readonly Buffer[]>])[] = [
  ['JPEG', async () => [await photo(16, 16), await photo(16, 16, { progressive: true }), jpegOfHiddenScans(32, 3)]],
  ['PNG', async () => [await shape().png().toBuffer(), pngOf(PACKED_CHUNKS.zTXt(10), PACKED_CHUNKS.iTXt(10))]],
  ['GIF', async () => [await shape().gif().toBuffer()]],
  ['WebP', async () => [await shape().webp().toBuffer(), await shape().webp({ lossless: true }).toBuffer()]],
  [
    'HEIF',
    async () => [
      await shape().avif().toBuffer(),
      fixture('photo.heic').subarray(0, 4096),
      heifOf({ id: 1, type: 'grid', parts: [2, 2] }, { id: 2, type: 'av01', pieces: [4, 5] }),
      heifOfReferences(3, 3),
      heifOfOddNumbers(4),
    ],
  ],
];

/** Changes a few bytes, most of them near the beginning, where headers are. */
const mutated = (seed: Buffer, random: (below: number) => number): Buffer => {
  const bytes = Buffer.from(random(8) === 0 ? seed.subarray(0, random(seed.length)) : seed);
  for (let left = 1 + random(6); left > 0 && bytes.length > 0; left -= 1) {
    const at = random(random(3) > 0 ? Math.min(bytes.length, 400) : bytes.length);
    bytes[at] = random(2) === 0 ? (EDGES[random(EDGES.length)] ?? 0) : random(256);
  }
  return bytes;
};

describe('a walk', () => {
  let seeds: ReadonlyMap<string, readonly Buffer[]>;
  beforeAll(async () => {
    seeds = new Map(await Promise.all(SEEDS.map(async ([name, make]) => [name, await make()] as const)));
  });

  it('is tried for every format that is walked through', () => {
    expect(SEEDS).toHaveLength(WALKS.length);
  });

  it.each(SEEDS.map(([name], index) => [name, index] as const))(
    'throws nothing but its refusal, whatever the bytes are: %s',
    (name, index) => {
      const [walk] = WALKS[index] ?? [];
      const files = seeds.get(name) ?? [];
      const random = numbersFrom(index + 1);
      let refused = 0;
      for (let run = 0; run < MUTATIONS; run += 1) {
        const bytes = mutated(files[run % files.length] ?? Buffer.alloc(0), random);
        try {
          walk?.(bytes);
        } catch (error) {
          if (!(error instanceof WorkLimitError)) throw new Error(bytes.toString('hex'), { cause: error });
          refused += 1;
        }
      }
      expect(refused).toBeLessThan(MUTATIONS);
    },
  );

  it('that cannot follow a file refuses it, and is no fault of the function', async () => {
    const bytes = Object.assign(pngOf(), {
      readUInt32BE: () => {
        throw new RangeError('not a number');
      },
    });
    expect(workRefusal(bytes)).toMatchObject({ outcome: 'rejected', code: 'WORK_LIMIT' });
  });
});
