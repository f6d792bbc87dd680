import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressName } from '../../../functions/domain/media.ts';
import { namedAfterType, VERIFIABLE_TYPES } from '../../../functions/domain/media-types.ts';
import { contentDisposition, foldName, isFileName, isPlainText } from '../../../functions/domain/names.ts';

describe('a file name', () => {
  it.each(['photo.jpg', '../../x', '..%2f', 'a\\b', 'naïve café.png', "it's “quoted”.txt", '写真.jpg', '👩‍🚀.png'])(
    'may be %j',
    (name) => expect(isFileName(name)).toBe(true),
  );

  it.each([
    ['a NUL', 'a\0b'],
    ['CR LF', 'a\r\nb'],
    ['a right-to-left override', 'photo\u202egpj.exe'],
    ['a bidirectional isolate', 'a\u2066b'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['half a character', 'a\ud800'],
    ['nothing', ''],
    ['blanks', '   '],
    ['a dot', '.'],
    ['two dots', '..'],
  ])('may not hold %s', (_, name) => expect(isFileName(name)).toBe(false));
});

describe('a text', () => {
  it('may have lines and tabs', () => expect(isPlainText('one\n\ttwo\r\n')).toBe(true));
  it.each(['a\u0007', 'a\u007f', 'a\u009b2J', 'a\u0085'])('may have no other control characters: %j', (text) =>
    expect(isPlainText(text)).toBe(false),
  );
});

describe('content-disposition', () => {
  it('leaves a plain name as it is', () =>
    expect(contentDisposition('inline', 'photo 1.jpg')).toBe('inline; filename="photo 1.jpg"'));

  it('sends any other name percent-encoded beside an ASCII fallback (RFC 6266)', () =>
    expect(contentDisposition('attachment', 'résumé "final".pdf')).toBe(
      'attachment; filename="r_sum_ _final_.pdf"; filename*=UTF-8\'\'r%C3%A9sum%C3%A9%20%22final%22.pdf',
    ));

  it('is one printable ASCII header whose extended value gives the name back, whatever the name', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter(isFileName);
    fc.assert(
      fc.property(names, (name) => {
        const header = contentDisposition('attachment', name);
        expect(header).toMatch(/^attachment; filename="[\x20-\x7e]*"(; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/);
        expect(header.match(/"/g)).toHaveLength(2);
        const extended = /filename\*=UTF-8''(.+)$/.exec(header)?.[1];
        expect(extended === undefined ? /filename="(.*)"/.exec(header)?.[1] : decodeURIComponent(extended)).toBe(name);
      }),
    );
  });
});

describe('folding a name', () => {
  it('drops case and accents', () => expect(foldName('ÉCOLE Straße')).toBe('ecole straße'));
});

describe('a name that is served', () => {
  it.each([
    ['report.hta', 'image/jpeg', 'report.hta.jpg'],
    ['invoice.pdf.exe', 'application/pdf', 'invoice.pdf.exe.pdf'],
    ['run.bat', 'text/plain', 'run.bat.txt'],
    ['setup', 'image/png', 'setup.png'],
    ['photo.jpg ', 'image/jpeg', 'photo.jpg .jpg'],
    ['photo.jpg.', 'image/jpeg', 'photo.jpg..jpg'],
    ['.htaccess', 'text/plain', '.htaccess.txt'],
    ['Photo.JPEG', 'image/jpeg', 'Photo.JPEG'],
    ['IMG_1.heic', 'image/heif', 'IMG_1.heic'],
    ['notes.markdown', 'text/markdown', 'notes.markdown'],
  ])('ends as its type does: %j of type %s is %j', (name, type, served) =>
    expect(namedAfterType(name, type)).toBe(served),
  );

  it('ends as its type does, whatever it was before, and is no longer than a name may be', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter(isFileName);
    fc.assert(
      fc.property(names, fc.constantFrom(...VERIFIABLE_TYPES), (name, { mime, extensions }) => {
        const served = namedAfterType(name, mime);
        expect(extensions).toContain(served.toLowerCase().split('.').at(-1));
        expect(served.length).toBeLessThanOrEqual(255);
      }),
    );
  });
});

describe('a name in an address', () => {
  it('is one segment of a path that is decoded before it is matched, and cut at a question mark', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }).filter(isFileName);
    fc.assert(
      fc.property(fc.oneof(names, fc.constantFrom('?.txt', '??', 'a?b', '%3F.txt', '#', '\\', '/x')), (name) => {
        const [segment = ''] = decodeURIComponent(addressName(name)).split('?');
        expect(segment).toHaveLength(name.length);
        expect(segment).not.toMatch(/[/\\]/);
      }),
    );
  });
});
