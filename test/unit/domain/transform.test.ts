import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LONGEST_SIDE,
  negotiated,
  resolveTransform,
  SIZE_LADDER,
  TRANSFORM_NAMES,
  TRANSFORM_PARAMETERS,
  type TransformRequest,
  transformName,
} from '../../../functions/domain/transform.ts';

const picture = { width: 4000, height: 3000, focalX: null, focalY: null };
const member = { isMember: true, accept: undefined };
const anybody = { isMember: false, accept: undefined };
const parse = (name: keyof typeof TRANSFORM_PARAMETERS, text: string) => TRANSFORM_PARAMETERS[name].parse(text);

describe('a parameter', () => {
  it.each([
    ['w', '400', 400],
    ['fit', 'contain', 'contain'],
    ['position', 'top-left', 'top-left'],
    ['q', '100', 100],
    ['dpr', '1.5', 1.5],
    ['blur', '0.3', 0.3],
    ['rotate', '270', '270'],
    ['flatten', 'FFAA00', '#ffaa00'],
  ] as const)('%s takes %j', (name, text, value) => expect(parse(name, text)).toBe(value));

  it.each([
    ['w', ['0', '-1', '1e3', '4097', '4.5', '', ' 5', 'NaN', '0x10', '9'.repeat(50)]],
    ['fit', ['fill', 'COVER', '__proto__', '']],
    ['position', ['focal', 'middle', 'constructor']],
    ['format', ['svg', 'gif', 'tiff', 'raw']],
    ['q', ['0', '101', '-5']],
    ['dpr', ['0.1', '5', '1e1']],
    ['blur', ['0', '1000', 'Infinity']],
    ['rotate', ['45', '360']],
    ['flatten', ['red', '#fff', 'gggggg', '#ffffff00']],
  ] as const)('%s refuses what is out of its range', (name, texts) => {
    for (const text of texts) expect([text, parse(name, text)]).toEqual([text, undefined]);
  });

  it('never throws and never takes what its words do not cover', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TRANSFORM_NAMES), fc.string(), (name, text) => {
        const value = parse(name, text);
        if (name === 'w' && value !== undefined) expect(value).toBe(Number(text));
      }),
    );
  });
});

describe('a transform', () => {
  it('crops to cover when both sides are given, and fits inside when one is', () => {
    expect(resolveTransform({ w: 400, h: 300 }, picture, member)).toMatchObject({ fit: 'cover', position: 'centre' });
    expect(resolveTransform({ w: 400, fit: 'cover' }, picture, member)).toMatchObject({ fit: 'inside', height: null });
  });

  it('crops around the focal point unless a place is named', () => {
    const subject = { ...picture, focalX: 0.25, focalY: null };
    expect(resolveTransform({ w: 1, h: 1 }, subject, member).position).toEqual({ x: 0.25, y: 0.5 });
    expect(resolveTransform({ w: 1, h: 1, position: 'entropy' }, subject, member).position).toBe('entropy');
  });

  it('multiplies sizes by the density of the screen, to a limit', () => {
    expect(resolveTransform({ w: 400, dpr: 1.5 }, picture, member).width).toBe(600);
    expect(resolveTransform({ w: 4000, dpr: 4 }, picture, member).width).toBe(LONGEST_SIDE);
  });

  it('has the next size of the ladder for callers without credentials', () => {
    expect(resolveTransform({ w: 401, h: 33, q: 77 }, picture, anybody)).toMatchObject({
      width: 480,
      height: 64,
      quality: 90,
    });
    expect(resolveTransform({ w: 401, h: 33, q: 77 }, picture, member)).toMatchObject({
      width: 401,
      height: 33,
      quality: 77,
    });
  });

  const requests: fc.Arbitrary<TransformRequest> = fc.record(
    {
      w: fc.integer({ min: 1, max: LONGEST_SIDE }),
      h: fc.integer({ min: 1, max: LONGEST_SIDE }),
      fit: fc.constantFrom('cover', 'contain', 'inside'),
      format: fc.constantFrom('avif', 'webp', 'jpeg', 'png'),
      q: fc.integer({ min: 1, max: 100 }),
      dpr: fc.constantFrom(0.5, 1, 2, 4),
      flatten: fc.constantFrom('#000000', '#123456', '#ffffff'),
    },
    { requiredKeys: [] },
  );

  it('has few names for strangers, and a name that is safe in a key', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const transform = resolveTransform(request, picture, anybody);
        for (const side of [transform.width, transform.height]) {
          if (side !== null) expect(SIZE_LADDER as readonly number[]).toContain(side);
        }
        expect(transformName(transform)).toMatch(/^[\w.-]{1,100}$/);
      }),
    );
  });

  it('has the same name exactly when it is the same', () => {
    fc.assert(
      fc.property(requests, requests, (one, other) => {
        const [first, second] = [one, other].map((request) => resolveTransform(request, picture, member));
        const same = JSON.stringify(first) === JSON.stringify(second);
        if (first && second) expect(transformName(first) === transformName(second)).toBe(same);
      }),
    );
  });
});

describe('the format', () => {
  it.each([
    ['image/avif,image/webp,image/apng,image/*,*/*;q=0.8', 'avif'],
    ['image/webp,*/*', 'webp'],
    ['image/avif;q=0, image/webp', 'webp'],
    ['*/*', 'jpeg'],
    [undefined, 'jpeg'],
    ['IMAGE/AVIF', 'avif'],
  ])('for Accept: %s is %s', (accept, format) => expect(negotiated(accept)).toBe(format));
});
