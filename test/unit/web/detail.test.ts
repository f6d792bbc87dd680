import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Media, MediashelfError } from '../../../client/index.ts';
import { namedAfterType, VERIFIABLE_TYPES } from '../../../functions/domain/media-types.ts';
import { ownAddress, renditionAddress } from '../../../web/api/addresses.ts';
import { noteOpened } from '../../../web/api/opened-pictures.ts';
import { cropPosition } from '../../../web/detail/crop.ts';
import { changesOf, conflictsOf, type Draft, type RecordTexts, TEXTS, textsOf } from '../../../web/detail/draft.ts';
import { formOf, saveTexts, settled } from '../../../web/detail/save-texts.ts';
import { savedName } from '../../../web/detail/saved-name.ts';
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

describe('the name that the dashboard saves a file under', () => {
  it.each([
    ['report.hta', 'image/jpeg', 'report.hta.jpg'],
    ['invoice.pdf.exe', 'application/pdf', 'invoice.pdf.exe.pdf'],
    ['run', 'text/plain', 'run.txt'],
    ['a.JPEG', 'image/jpeg', 'a.JPEG'],
    ['__proto__', '__proto__', '__proto__'],
  ])('ends as its type does: %s of type %s is %s', (name, type, saved) => expect(savedName(name, type)).toBe(saved));

  it('is the one that the storage gives it, whatever its type and ending are', () => {
    const names = ['x', ...VERIFIABLE_TYPES.flatMap(({ extensions }) => extensions.map((ending) => `x.${ending}`))];
    for (const { mime } of VERIFIABLE_TYPES)
      for (const name of names)
        expect([name, mime, savedName(name, mime)]).toEqual([name, mime, namedAfterType(name, mime)]);
  });
});

describe('a file that two people edit', () => {
  /** One record of the server, which takes a change in its present version alone. */
  const served = (texts: Partial<RecordTexts>) => {
    let current = { id: 'a', version: 1, ...NONE, ...texts } as unknown as Media;
    const write = (changes: Partial<RecordTexts>): Media => {
      current = { ...current, ...changes, version: current.version + 1 };
      return current;
    };
    return {
      read: () => current,
      write,
      patch: async (changes: Partial<RecordTexts>, version: number): Promise<Media> => {
        if (version === current.version) return write(changes);
        throw new MediashelfError('PRECONDITION_FAILED', 'changed', { status: 412, current });
      },
    };
  };
  const typed = (draft: Draft, media: Media) => ({ ...formOf(media), draft });

  it('has both texts to choose from, and what was chosen is saved', async () => {
    const record = served({ title: 'Old' });
    const mine = typed({ title: 'Mine', creator: 'Ada' }, record.read());
    record.write({ title: 'Theirs', caption: 'Added' });
    const clash = await saveTexts(mine, record.patch);
    expect(clash).toMatchObject({ conflicts: [{ name: 'title', yours: 'Mine', theirs: 'Theirs' }] });
    expect(record.read()).toMatchObject({ title: 'Theirs', creator: null });
    if (!('conflicts' in clash)) throw new Error('there is no clash');
    await saveTexts(settled(mine, clash, ['title']), record.patch);
    expect(record.read()).toMatchObject({ title: 'Theirs', creator: 'Ada', caption: 'Added' });
  });

  it('has the choice again when the other person writes while it is made', async () => {
    const record = served({ title: 'Old' });
    const mine = typed({ title: 'Mine' }, record.read());
    record.write({ title: 'Theirs' });
    const clash = await saveTexts(mine, record.patch);
    record.write({ title: 'Theirs, again' });
    if (!('conflicts' in clash)) throw new Error('there is no clash');
    const again = await saveTexts(settled(mine, clash, []), record.patch);
    expect(again).toMatchObject({ conflicts: [{ yours: 'Mine', theirs: 'Theirs, again' }] });
  });

  it('loses no text, in whatever order they write', async () => {
    const name = fc.constantFrom(...TEXTS);
    const text = fc.constantFrom('one', 'two', 'three');
    const draft = fc.dictionary(name, text, { minKeys: 1 }) as fc.Arbitrary<Draft>;
    await fc.assert(
      fc.asyncProperty(draft, fc.array(draft, { maxLength: 3 }), async (mine, theirs) => {
        const record = served({ title: 'Old', alt: 'Old' });
        const form = typed(mine, record.read());
        for (const each of theirs) record.write(each);
        const before = textsOf(record.read());
        const saved = await saveTexts(form, record.patch);
        // Each of their texts is either there as before, or it was shown beside the draft's and nothing was written.
        const lost = TEXTS.filter((each) => before[each] !== form.base[each] && record.read()[each] !== before[each]);
        expect(lost).toEqual([]);
        if ('conflicts' in saved) expect(textsOf(record.read())).toEqual(before);
        else expect(saved).toMatchObject(mine);
      }),
    );
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

  describe('at the edge', () => {
    const policy = JSON.stringify({
      Statement: [{ Resource: 'x', Condition: { DateLessThan: { 'AWS:EpochTime': at / 1000 + 240 } } }],
    });
    const query = `?Policy=${Buffer.from(policy).toString('base64').replaceAll('=', '_')}&Key-Pair-Id=K&Signature=s`;
    const listed = {
      ...media,
      renditions: { medium: { url: `https://media.example.com/o/team/1/v/medium${query}`, width: 1, height: 1 } },
    };
    const note = (teams: string[], origin: string) => noteOpened({ teams, until: at + 240_000, origin });
    afterEach(() => noteOpened({ teams: [], until: 0, origin: undefined }));

    it('is bare while a cookie opens it, so that a later list has the same', () => {
      note(['team'], 'https://media.example.com');
      expect(renditionAddress(listed, 'medium', at + 60_000)).toBe('/o/team/1/v/medium');
      expect(renditionAddress(listed, 'medium', at + 220_000)).toBe('/m/1/a.jpg?rendition=medium#3');
    });

    it('is the signed one where no cookie opens it, and the stable one at another host', () => {
      note(['another'], 'https://media.example.com');
      expect(renditionAddress(listed, 'medium', at + 60_000)).toBe(`/o/team/1/v/medium${query}`);
      expect(renditionAddress(listed, 'medium', at + 211_000)).toBe('/m/1/a.jpg?rendition=medium#3');
      note(['team'], 'https://api.example.com');
      expect(renditionAddress(listed, 'medium', at + 60_000)).toBe('/m/1/a.jpg?rendition=medium#3');
    });
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
