import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import type { PageRange } from '../../../../functions/domain/text.ts';
import { readPdf } from '../../../../functions/files/text/read-pdf.ts';
import { TEXT_LIMITS } from '../../../../functions/files/text/readers/text-limits.ts';
import { type PdfPart, pdf, picturePage, textPage } from '../../../support/fixtures/pdf.ts';

const wasm = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm'))).buffer;

interface How {
  readonly preserveFormatting?: boolean;
  readonly pages?: PageRange;
  readonly hasTime?: () => boolean;
}

const read = (bytes: Buffer, { preserveFormatting = false, pages, hasTime = () => true }: How = {}) =>
  readPdf(bytes, { preserveFormatting, pages, hasTime, languages: ['en'], wasm });

const LETTER: readonly PdfPart[] = [
  { x: 72, y: 720, size: 20, text: 'Harbour report' },
  { x: 72, y: 690, size: 12, text: 'This report describes how the harbour was re-' },
  { x: 72, y: 675, size: 12, text: 'built after the storm, and what it cost the town' },
  { x: 72, y: 660, size: 12, text: 'and its people.' },
  { x: 72, y: 630, size: 12, text: 'A second paragraph.' },
];
const TABLE: readonly PdfPart[] = [
  { x: 72, y: 720, size: 12, text: 'North quay' },
  { x: 240, y: 720, size: 12, text: '12' },
  { x: 400, y: 720, size: 12, text: 'full' },
  { x: 72, y: 700, size: 12, text: 'South' },
  { x: 240, y: 700, size: 12, text: '1,250' },
  { x: 400, y: 700, size: 12, text: 'empty' },
];

describe('the text layer of a PDF', () => {
  it('is joined to paragraphs, also where a line ends inside of a word', async () => {
    const { pages, pageCount, truncated } = await read(pdf([textPage(LETTER)]));
    expect(pages).toEqual([
      {
        number: 1,
        name: null,
        source: 'file',
        confidence: null,
        text: 'Harbour report\nThis report describes how the harbour was rebuilt after the storm, and what it cost the town and its people.\nA second paragraph.',
      },
    ]);
    expect([pageCount, truncated]).toEqual([1, false]);
  });

  it('keeps lines and columns when formatting is preserved', async () => {
    const { pages } = await read(pdf([textPage(TABLE)]), { preserveFormatting: true });
    const [first = '', second = ''] = (pages[0]?.text ?? '').split('\n');
    expect([first.split(/ {2,}/), second.split(/ {2,}/)]).toEqual([
      ['North quay', '12', 'full'],
      ['South', '1,250', 'empty'],
    ]);
    expect([second.indexOf('1,250'), second.indexOf('empty')]).toEqual([first.indexOf('12'), first.indexOf('full')]);
  });

  it('is read of the pages that were asked for, however many there are', async () => {
    const thousands = pdf(
      Array.from({ length: 10_000 }, (_, at) => textPage([{ x: 72, y: 700, size: 12, text: `page ${at + 1}` }])),
    );
    const some = await read(thousands, { pages: { first: 9_998, last: 20_000 } });
    expect(some.pages.map(({ text }) => text)).toEqual(['page 9998', 'page 9999', 'page 10000']);
    expect(some).toMatchObject({ pageCount: 10_000, truncated: false });
    const all = await read(thousands);
    expect([all.pages.length, all.pageCount, all.truncated]).toEqual([TEXT_LIMITS.pages, 10_000, true]);
  });

  it('is reported page by page', async () => {
    const told: number[] = [];
    const onPages = (pages: readonly unknown[]) => void told.push(pages.length);
    const bytes = pdf(Array.from({ length: 3 }, () => textPage(LETTER)));
    const how = { preserveFormatting: false, pages: undefined, hasTime: () => true, languages: ['en'] as const };
    await readPdf(bytes, { ...how, wasm, onPages });
    expect(told).toEqual([1, 2, 3]);
  });

  it('ends with what it has when time is over', async () => {
    let left = 2;
    const hasTime = () => left-- > 0;
    const { pages, truncated } = await read(pdf(Array.from({ length: 5 }, () => textPage(LETTER))), { hasTime });
    expect([pages.length, truncated]).toEqual([2, true]);
  });

  it('is empty for a page with nothing on it, without recognition', async () => {
    expect((await read(pdf([textPage([])]))).pages).toMatchObject([{ text: '', source: 'file' }]);
  });
});

describe('a PDF that cannot be read', () => {
  it('is refused before a picture in it is decoded that is too large', async () => {
    const bomb = pdf([picturePage({ width: 40_000, height: 40_000, data: Buffer.alloc(100) })]);
    await expect(read(bomb)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('is refused as damaged when it is none', async () => {
    await expect(read(Buffer.from('%PDF-1.7\nnothing else'))).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(read(pdf([textPage(LETTER)]).subarray(0, 60))).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('is refused as encrypted when it wants a password', async () => {
    const locked = pdf([textPage(LETTER)], { encrypted: true });
    await expect(read(locked)).rejects.toMatchObject({ code: 'ENCRYPTED' });
  });
});
