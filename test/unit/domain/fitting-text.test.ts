import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { filesExtractText } from '../../../functions/dialects/files/insights.ts';
import { v1GetText } from '../../../functions/dialects/v1/text.ts';
import { cutTravelling, fittingText } from '../../../functions/domain/fitting-text.ts';
import { cutText, type FileText, type TextPage } from '../../../functions/domain/text.ts';
import type { ExtractedText } from '../../../functions/text/extract-text.ts';
import { firstWords } from '../../../functions/text/first-words.ts';

/** What Lambda takes of an answer. */
const LARGEST_ANSWER = 6 * 1024 * 1024;
const travelling = (value: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
/** Two quotes around the text, each of which is two characters in the outer text, and those around that. */
const AROUND = 6;

const textOf = (...pages: readonly { text: string; name?: string }[]): FileText => ({
  pages: pages.map(({ text, name = null }, at) => ({ number: at + 1, name, text, source: 'file', confidence: null })),
  pageCount: pages.length,
  truncated: false,
  language: null,
});

describe('a text as it travels', () => {
  it('is as long as JSON in JSON makes it, and is cut between characters', () => {
    const texts = fc.string({
      unit: fc.oneof(
        fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
        fc.constantFrom('"', '\\', '\n', '\u0001', '😀'),
      ),
    });
    fc.assert(
      fc.property(texts, fc.nat(200), (text, most) => {
        const cut = cutTravelling(text, most);
        expect(cut.bytes).toBe(travelling(cut.text) - AROUND);
        expect(cut.bytes).toBeLessThanOrEqual(most);
        expect(text.startsWith(cut.text)).toBe(true);
        if (cut.text !== text) {
          const [next = ''] = [...text.slice(cut.text.length)];
          expect(travelling(cut.text + next) - AROUND).toBeGreaterThan(most);
        }
      }),
    );
  });
});

describe('the largest text that is read of a file', () => {
  it.each([
    ['quotes', [{ text: '"'.repeat(1_000_000) }]],
    ['control characters', [{ text: '\u0001'.repeat(1_000_000) }]],
    ['500 pages of quotes', Array.from({ length: 500 }, () => ({ text: '"'.repeat(2000) }))],
    [
      'sheets with names of a megabyte',
      Array.from({ length: 500 }, () => ({ text: 'a', name: '"'.repeat(1_000_000) })),
    ],
  ])('is answered as far as an answer carries it, and says that there is more: %s', (_, pages) => {
    const text = fittingText(textOf(...pages));
    const options = { language: 'auto', preserveFormatting: false, pages: undefined };
    const extracted: ExtractedText = { mediaId: 'm', status: 'done', options, text };
    for (const route of [v1GetText, filesExtractText]) {
      expect(travelling(route.reply(extracted, { publicUrl: '' }).body)).toBeLessThan(LARGEST_ANSWER);
    }
    const shorter =
      text.pages.map((page) => page.text).join('').length < pages.map((page) => page.text).join('').length;
    expect([text.truncated, text.pageCount]).toEqual([shorter, pages.length]);
    expect(text.pages.length).toBeGreaterThan(0);
  });

  it('has no half of a character, which the fonts of a PDF may stand for and DynamoDB does not store', () => {
    const odd = textOf({ text: 'an \ud800 \udc00 \ud83d\ude00', name: '\ud800' });
    const { pages } = fittingText(odd);
    expect(pages).toEqual(textOf({ text: 'an \ufffd \ufffd \ud83d\ude00', name: '\ufffd' }).pages);
    expect([firstWords({ pages: [{ ...pages[0], text: 'a\ud800b' } as TextPage] }), cutText('\ud800', 2)]).toEqual([
      'a\ufffdb',
      '',
    ]);
  });

  it.each([
    ['words', [{ text: 'all the words of a book, line by line\n'.repeat(26_000) }]],
    ['letters of any script', [{ text: '雪'.repeat(333_000) }]],
    ['pages', Array.from({ length: 500 }, () => ({ text: 'word '.repeat(400), name: 'Sheet' }))],
    ['nothing', []],
  ])('is whole where it has what texts have: %s', (_, pages) => {
    const text = textOf(...pages);
    expect(fittingText(text)).toEqual(text);
  });
});
