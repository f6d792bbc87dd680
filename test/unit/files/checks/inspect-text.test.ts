import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isActiveText, isHtml, openText } from '../../../../functions/files/checks/inspect-text.ts';
import { accepted, verify } from './verify.ts';

const MIB = 2 ** 20;
const isText = (...pieces: readonly Buffer[]): boolean => {
  const text = openText();
  for (const piece of pieces) text.push(piece);
  return text.end();
};
const MARKS = { none: '', 'UTF-8': 'efbbbf', 'UTF-16': 'fffe', 'big-endian UTF-16': 'feff' } as const;

describe('a text that is checked as it passes', () => {
  it('is one or not, in whatever pieces it comes', () => {
    const mark = fc.constantFrom(...Object.values(MARKS)).map((hex) => Buffer.from(hex, 'hex'));
    const letters = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii' }));
    const body = fc.oneof(
      letters.map((text) => Buffer.from(text, 'utf16le')),
      letters.map((text) => Buffer.from(text)),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(mark, body, fc.array(fc.nat(64), { maxLength: 5 }), (start, rest, places) => {
        const bytes = Buffer.concat([start, rest]);
        const cuts = [0, ...places.sort((one, other) => one - other), bytes.length];
        const pieces = cuts.slice(1).map((to, index) => bytes.subarray(cuts[index], Math.max(to, cuts[index] ?? 0)));
        expect(isText(...pieces)).toBe(isText(bytes));
      }),
    );
  });

  it('is none for what stands at its very end', async () => {
    const bytes = Buffer.alloc(3 * MIB, 'All quiet on the western front.\n');
    await accepted(bytes, 'text/plain');
    bytes[bytes.length - 1] = 0;
    expect(await verify(bytes, 'text/plain')).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
  });

  it.each(['text/plain', 'text/csv', 'text/markdown', 'text/html'])(
    'is not accepted as %s when it hides how it begins behind blanks',
    async (mimeType) => {
      const bytes = Buffer.concat([Buffer.alloc(2 * MIB, ' \n'), Buffer.from('<html><script>alert(1)</script>')]);
      expect(await verify(bytes, mimeType)).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
    },
  );

  it('is neither inert nor a page when its beginning does not tell', () => {
    for (const text of ['', '   ', '<!-- a comment', '<!-- one --> <']) {
      expect(isHtml({ bytes: Buffer.from(text), whole: false })).toBeUndefined();
      expect(isHtml({ bytes: Buffer.from(text), whole: true })).toBe(false);
    }
    expect(isActiveText({ bytes: Buffer.from('   '), whole: false })).toBe(true);
    expect(isActiveText({ bytes: Buffer.from('   '), whole: true })).toBe(false);
  });
});
