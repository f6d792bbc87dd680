import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownAddress, renditionAddress } from '../../../web/api/addresses.ts';
import { cropPosition } from '../../../web/detail/crop.ts';
import { changesOf, conflictsOf, type RecordTexts } from '../../../web/detail/draft.ts';
import { transformQuery, USUAL_CHOICES } from '../../../web/detail/transform.ts';
import { nextPage } from '../../../web/session/next-page.ts';
import { mayChange, rolesFor } from '../../../web/team/roles.ts';
import { en } from '../../../web/words/en.ts';
import { pseudo } from '../../../web/words/pseudo.ts';

const NONE: RecordTexts = {
  title: null,
  alt: null,
  caption: null,
  description: null,
  creator: null,
  license: null,
  source: null,
};

describe('the draft of a file', () => {
  it('changes only what was written', () => {
    expect(changesOf({ title: 'Sea', alt: '', caption: ' ' }, { ...NONE, alt: 'A boat' })).toEqual({
      title: 'Sea',
      alt: null,
    });
  });

  it('conflicts where another person wrote another text meanwhile, and nowhere else', () => {
    const base = { ...NONE, title: 'Old', alt: 'Old alt' };
    const latest = { ...NONE, title: 'Theirs', alt: 'Old alt', caption: 'Same' };
    expect(conflictsOf({ title: 'Mine', alt: 'My alt', caption: 'Same' }, base, latest)).toEqual([
      { name: 'title', yours: 'Mine', theirs: 'Theirs' },
    ]);
  });
});

describe('a crop', () => {
  it('has the focal point inside, wherever it is', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const side = fc.integer({ min: 50, max: 5000 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        share,
        share,
        (width, height, aspect, x, y) => {
          const [left = 0, top = 0] = cropPosition({ width, height }, aspect, { x, y })
            .split(' ')
            .map((text) => Number.parseFloat(text) / 100);
          const wide = width / height > aspect;
          const cropped = wide ? { width: height * aspect, height } : { width, height: width / aspect };
          const start = { x: left * (width - cropped.width), y: top * (height - cropped.height) };
          const slack = 0.01 * Math.max(width, height);
          expect(x * width).toBeGreaterThanOrEqual(start.x - slack);
          expect(x * width).toBeLessThanOrEqual(start.x + cropped.width + slack);
          expect(y * height).toBeGreaterThanOrEqual(start.y - slack);
          expect(y * height).toBeLessThanOrEqual(start.y + cropped.height + slack);
        },
      ),
    );
  });
});

describe('the address of a changed copy', () => {
  it('has what was chosen and can be drawn, and nothing else', () => {
    expect(transformQuery(USUAL_CHOICES)).toBe('w=800');
    expect(
      transformQuery({
        ...USUAL_CHOICES,
        w: '400',
        h: '300',
        fit: 'contain',
        format: 'avif',
        q: '55',
        rotate: '90',
        blur: '3',
      }),
    ).toBe('w=400&h=300&fit=contain&format=avif&q=55&rotate=90&blur=3');
    expect(transformQuery({ ...USUAL_CHOICES, w: '99999', h: 'x', q: '0', blur: '-1' })).toBe('');
  });
});

describe('the address of a picture', () => {
  const at = Date.UTC(2026, 10, 30, 12, 0, 0);
  const signed =
    'https://bucket.s3.eu-west-1.amazonaws.com/renditions/x.webp?X-Amz-Date=20261130T120000Z&X-Amz-Expires=300';
  const media = {
    version: 3,
    url: 'https://media.example.com/m/1/a.jpg',
    renditions: { medium: { url: signed, width: 1, height: 1 } },
  };

  it('is that of the storage while it opens, and the stable one after', () => {
    expect(renditionAddress(media, 'medium', at + 60_000)).toBe(signed);
    expect(renditionAddress(media, 'large', at + 290_000)).toBe('/m/1/a.jpg?rendition=medium#3');
  });

  it('is never one of a foreign server', () => {
    expect(ownAddress('https://elsewhere.example/a.jpg')).toBeUndefined();
    expect(ownAddress('javascript:alert(1)')).toBeUndefined();
    expect(
      renditionAddress({ ...media, url: 'https://elsewhere.example/a.jpg' }, 'medium', at + 400_000),
    ).toBeUndefined();
  });
});

describe('the page after a sign-in', () => {
  it.each([
    ['/app/trash?x=1#y', '/app/trash?x=1#y'],
    ['//evil.example/app/', '/app/'],
    ['https://evil.example/app/', '/app/'],
    ['/\\evil.example', '/app/'],
    ['/app/../api/v1/auth/logout', '/app/'],
    ['/app//evil.example', '/app//evil.example'],
    ['javascript:alert(1)', '/app/'],
    ['/application', '/app/'],
    ['', '/app/'],
  ])('of next=%s is %s', (next, page) => {
    expect(nextPage(`?next=${encodeURIComponent(next)}`, 'https://media.example.com')).toBe(page);
  });
});

describe('roles', () => {
  it('give what the API would let them give', () => {
    expect(rolesFor('owner')).toHaveLength(4);
    expect(rolesFor('admin')).not.toContain('owner');
    expect(mayChange('admin', 'owner')).toBe(false);
    expect(rolesFor('viewer')).toEqual([]);
  });
});

describe('the made-up language', () => {
  it('lengthens every text, those with names in them too', () => {
    const words = pseudo(en);
    expect(words.nav.trash).toBe('[Traash]');
    expect(words.tags.show('sea')).toMatch(/^\[.*\]$/);
    expect(words.gallery.files(2)).toBe('[2 fiilees]');
  });
});
