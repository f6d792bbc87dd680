import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isPlain,
  MOST_PLAIN,
  negotiated,
  resolveTransform,
  SIZE_LADDER,
  type Subject,
} from '../../../functions/domain/resolve-transform.ts';
import {
  LONGEST_SIDE,
  TRANSFORM_NAMES,
  TRANSFORM_PARAMETERS,
  type TransformRequest,
  transformName,
} from '../../../functions/domain/transform.ts';

const picture: Subject = { size: { width: 4000, height: 3000 }, focalX: null, focalY: null, isOpaque: true };
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
    expect(resolveTransform({ w: 400, h: 400 }, picture, member)).toMatchObject({ fit: 'cover', position: 'centre' });
    expect(resolveTransform({ w: 400, fit: 'cover' }, picture, member)).toMatchObject({ fit: 'inside', height: null });
  });

  it('crops around the focal point unless a place is named', () => {
    const subject = { ...picture, focalX: 0.25, focalY: null };
    expect(resolveTransform({ w: 9, h: 9 }, subject, member).position).toEqual({ x: 0.25, y: 0.5 });
    expect(resolveTransform({ w: 9, h: 9, position: 'entropy' }, subject, member).position).toBe('entropy');
  });

  it('multiplies sizes by the density of the screen, to a limit', () => {
    expect(resolveTransform({ w: 400, dpr: 1.5 }, picture, member).width).toBe(600);
    const page = { ...picture, size: null };
    expect(resolveTransform({ w: 4000, dpr: 4 }, page, member).width).toBe(LONGEST_SIDE);
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
      rotate: fc.constantFrom(0, 90, 180, 270),
      blur: fc.constantFrom(0.3, 1, 5.5, 100),
      position: fc.constantFrom('centre', 'top', 'attention'),
      flatten: fc.constantFrom('#000000', '#123456', '#ffffff'),
    },
    { requiredKeys: [] },
  );

  it('has few names for strangers, and a name that is safe in a key', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const transform = resolveTransform(request, { ...picture, size: null }, anybody);
        for (const side of [transform.width, transform.height]) {
          if (side !== null) expect(SIZE_LADDER as readonly number[]).toContain(side);
        }
        expect(['#000000', '#0000ff', '#005555', '#ffffff', null]).toContain(transform.flatten);
        expect([0, 1, 10, 100]).toContain(transform.blur);
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

  const named = (request: TransformRequest, subject: Partial<Subject> = {}, asker = member) =>
    transformName(resolveTransform({ format: 'png', ...request }, { ...picture, ...subject }, asker));

  it.each<[string, TransformRequest, TransformRequest]>([
    ['a colour behind an opaque picture', { w: 64, flatten: '#123456' }, { w: 64 }],
    ['the quality of a PNG', { w: 64, q: 3 }, { w: 64 }],
    ['the quality that is the default', { w: 64, q: 80, format: 'jpeg' }, { w: 64, format: 'jpeg' }],
    ['the place of a crop that cuts nothing off', { w: 400, h: 300, position: 'top' }, { w: 400 }],
    [
      'the place where nothing is cropped',
      { w: 64, h: 64, fit: 'inside', position: 'top' },
      { w: 64, h: 64, fit: 'inside' },
    ],
    ['the place beside a single side', { w: 64, position: 'entropy' }, { w: 64 }],
    ['a density', { w: 32, dpr: 2 }, { w: 64 }],
    ['a density without a size', { dpr: 3 }, {}],
    ['a turn by nothing', { w: 64, rotate: 0 }, { w: 64 }],
    ['the first page', { w: 64, page: 1 }, { w: 64 }],
    ['enlarging', { w: 4096 }, {}],
    ['enlarging a turned picture', { h: 4096, rotate: 90 }, { rotate: 90 }],
    ['the size that the picture has', { w: 4000, h: 3000 }, {}],
    ['a box that the picture does not reach', { w: 400, h: 4000, fit: 'inside' }, { w: 400 }],
    ['a margin of nothing', { w: 400, h: 300, fit: 'contain' }, { w: 400 }],
    ['a crop larger than the picture', { w: 3500, h: 3500 }, { w: 3000, h: 3000 }],
  ])('leaves out what has no effect: %s', (_, request, same) => {
    expect(named(request)).toBe(named(same));
    expect(named(request, {}, anybody)).toBe(named(same, {}, anybody));
  });

  it('keeps what has an effect', () => {
    const seen = { isOpaque: false };
    expect(named({ w: 64, flatten: '#123456' }, seen)).not.toBe(named({ w: 64 }, seen));
    expect(named({ w: 64, h: 64, fit: 'contain', flatten: '#123456' })).not.toBe(
      named({ w: 64, h: 64, fit: 'contain' }),
    );
    expect(named({ w: 64, h: 64, position: 'top' })).not.toBe(named({ w: 64, h: 64 }));
    expect(named({ w: 64, flatten: '#ffffff', format: 'jpeg' }, seen)).toBe(named({ w: 64, format: 'jpeg' }, seen));
  });

  it('is one of few plain ones when it only shrinks the picture by a step of the ladder', () => {
    const plain = new Set<string>();
    const sides = [undefined, ...SIZE_LADDER, 33, 700, 4000];
    for (const size of [picture.size, null]) {
      const names = new Set<string>();
      for (const format of ['avif', 'webp', 'jpeg', 'png'] as const) {
        for (const w of sides) {
          for (const h of sides) {
            const request = { format, ...(w && { w }), ...(h && { h }), fit: 'inside' } as const;
            const transform = resolveTransform(request, { ...picture, size }, anybody);
            if (isPlain(transform)) names.add(transformName(transform));
          }
        }
      }
      expect(names.size).toBeLessThanOrEqual(MOST_PLAIN);
      for (const name of names) plain.add(name);
    }
    expect(MOST_PLAIN).toBe(208);
    expect(plain.size).toBe(MOST_PLAIN);
    for (const request of [
      { w: 64, h: 64 },
      { w: 64, blur: 1 },
      { w: 64, rotate: 90 },
      { w: 64, page: 2 },
      { w: 65 },
    ]) {
      expect(isPlain(resolveTransform(request, picture, member))).toBe(false);
    }
  });
});

describe('the format', () => {
  it.each([
    ['image/avif,image/webp,image/apng,image/*,*/*;q=0.8', 'avif', 'avif'],
    ['image/webp,*/*', 'webp', 'webp'],
    ['image/avif;q=0, image/webp', 'webp', 'webp'],
    ['image/avif;q=0.5, image/webp;q=0.9', 'webp', 'webp'],
    ['image/avif;q=0.1, image/jpeg', 'jpeg', 'avif'],
    ['image/webp;q=0.2,image/*;q=0.7', 'jpeg', 'png'],
    ['image/webp;q=0,*/*', 'jpeg', 'png'],
    ['*/*', 'jpeg', 'png'],
    ['image/*,*/*;q=0.8', 'jpeg', 'png'],
    ['image/jpeg,*/*;q=0.1', 'jpeg', 'png'],
    ['image/jpeg', 'jpeg', 'jpeg'],
    ['image/jpeg;q=0,image/*', 'png', 'png'],
    ['image/png;q=0,*/*', 'jpeg', 'webp'],
    ['image/png', 'png', 'png'],
    ['text/html', 'jpeg', 'png'],
    ['image/avif;q=7', 'jpeg', 'png'],
    [undefined, 'jpeg', 'png'],
    ['IMAGE/AVIF', 'avif', 'avif'],
    ['image/webp ; Q=1.000', 'webp', 'webp'],
  ])('for Accept: %s is %s, and %s for a picture that something shines through', (accept, opaque, transparent) =>
    expect([negotiated(accept, true), negotiated(accept, false)]).toEqual([opaque, transparent]),
  );
});
