import { describe, expect, it } from '@jest/globals';
import type { Pixels } from '../../../../functions/files/pictures/sharp.ts';
import { drawPreview } from '../../../../functions/files/previews/draw-preview.ts';
import { openPicture } from '../../../../functions/files/previews/open-picture.ts';
import { type ByteSource, bufferSource } from '../../../../functions/shared/byte-source.ts';
import { colouredPages } from '../../../support/fixtures/coloured-pages.ts';
import { docx, openDocument, paragraph, pptx, xlsx } from '../../../support/fixtures/documents.ts';
import { DOCX, ODT, PPTX, pdfOf, XLSX } from '../../../support/fixtures/least-files.ts';
import { fixture } from '../../../support/fixtures/preview-fixtures.ts';

const draw = (bytes: Buffer, mimeType: string, more: object = {}) =>
  drawPreview({ source: bufferSource(bytes), mimeType, ...more });

/** The colour at a place, given as fractions of the sides, in steps of 64. */
const colourAt = ({ data, width, height, channels }: Pixels, x: number, y: number): readonly number[] => {
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * channels;
  return [...data.subarray(at, at + 3)].map((value) => Math.round(value / 64));
};
const size = ({ width, height }: Pixels) => [width, height];
/** Pixels that are darker than paper. */
const inked = ({ data, channels }: Pixels): number => {
  let count = 0;
  for (let at = 0; at < data.length; at += channels) if ((data[at] ?? 255) < 128) count += 1;
  return count;
};

const BLUE = [0, 1, 3];
const ORANGE = [4, 2, 0];
const RED = [4, 0, 0];
const GREEN = [0, 4, 0];
const CARD = [960, 1280];

describe('the poster of a film', () => {
  it.each([
    ['moov-first.mp4', 'video/mp4'],
    ['moov-last.mp4', 'video/mp4'],
    ['film.mov', 'video/quicktime'],
    ['film.webm', 'video/webm'],
    ['hevc.mp4', 'video/mp4'],
  ])('of %s is a frame that is not black', async (name, mimeType) => {
    const poster = await draw(fixture(name), mimeType);
    expect(size(poster)).toEqual([320, 180]);
    expect(colourAt(poster, 0.2, 0.5)).toEqual(BLUE);
    expect(colourAt(poster, 0.8, 0.5)).toEqual(ORANGE);
  });

  it('has the orientation of the film', async () => {
    const poster = await draw(fixture('turned.mp4'), 'video/mp4');
    expect(size(poster)).toEqual([180, 320]);
    expect([colourAt(poster, 0.5, 0.2), colourAt(poster, 0.5, 0.8)]).toEqual([ORANGE, BLUE]);
  });

  it('is a card for a codec without a decoder', async () =>
    expect(size(await draw(fixture('av1.mp4'), 'video/mp4'))).toEqual(CARD));

  it('takes no more than a part of a long film', async () => {
    const film = fixture('moov-first.mp4');
    const rest = 200_000_000;
    const end = Buffer.alloc(8);
    end.writeUInt32BE(rest);
    end.write('free', 4);
    let read = 0;
    const source: ByteSource = {
      size: film.length + rest,
      read: async (start, length) => {
        read += length;
        const bytes = Buffer.alloc(Math.min(length, film.length + rest - start));
        Buffer.concat([film, end]).copy(bytes, 0, start);
        return bytes;
      },
    };
    expect(colourAt(await drawPreview({ source, mimeType: 'video/mp4' }), 0.2, 0.5)).toEqual(BLUE);
    expect(read).toBeLessThan(2 ** 20);
  });
});

describe('the waveform of a sound', () => {
  it.each([
    ['sound.mp3', 'audio/mpeg'],
    ['sound.m4a', 'audio/mp4'],
    ['sound.flac', 'audio/flac'],
    ['sound.wav', 'audio/wav'],
    ['sound.ogg', 'audio/ogg'],
  ])('of %s is high where it is loud', async (name, mimeType) => {
    const wave = await draw(fixture(name), mimeType);
    expect(size(wave)).toEqual([1280, 400]);
    const barred = (from: number) => {
      let count = 0;
      for (let x = 0; x < 200; x += 1) if ((colourAt(wave, from + x / 1000, 0.25)[0] ?? 4) < 3) count += 1;
      return count;
    };
    expect(barred(0.1)).toBeGreaterThan(80);
    expect(barred(0.7)).toBe(0);
  });
});

describe('a page of a PDF', () => {
  const pdf = colouredPages('1 0 0', '0 1 0');

  it('is the first one unless another is asked for', async () => {
    const page = await draw(pdf, 'application/pdf');
    expect(size(page)).toEqual([905, 1280]);
    expect([colourAt(page, 0.5, 0.25), colourAt(page, 0.5, 0.75)]).toEqual([RED, [4, 4, 4]]);
    expect(colourAt(await draw(pdf, 'application/pdf', { page: 2 }), 0.5, 0.25)).toEqual(GREEN);
  });

  it('is as large as is asked for', async () =>
    expect(size(await draw(pdf, 'application/pdf', { box: 4000 }))).toEqual([2827, 4000]));

  it('that there is not is refused', async () => {
    await expect(draw(pdf, 'application/pdf', { page: 3 })).rejects.toMatchObject({ code: 'VALIDATION' });
  });

  it('has at least one pixel each way, whatever its shape', async () => {
    const thin = pdfOf([
      '<</Type/Catalog/Pages 2 0 R>>',
      '<</Type/Pages/Kids[3 0 R]/Count 1>>',
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 1]>>',
    ]);
    expect(size(await draw(thin, 'application/pdf'))).toEqual([1280, 1]);
  });

  it.each([
    ['encrypted', pdfOf(['<</Type/Catalog>>', '<</Filter/Standard/V 1/R 2/O(x)/U(x)/P -4>>'], '/Encrypt 2 0 R')],
    ['without pages', pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[]/Count 0>>'])],
    ['broken', Buffer.from('%PDF-1.7\nnothing of the kind\n%%EOF\n')],
  ])('of a document that is %s is a card', async (_, bytes) => {
    expect(size(await draw(bytes, 'application/pdf'))).toEqual(CARD);
  });
});

describe('the card of a document', () => {
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(20);
  const cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>A long text of a cell of a sheet</t></is></c></row>';
  const slide = '<a:p><a:r><a:t>A slide with some words, and some more of them</a:t></a:r></a:p>';

  it.each([
    ['text/plain', Buffer.from(text)],
    ['text/plain', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['text/csv', Buffer.from('name;size\n'.repeat(30))],
    ['text/markdown', Buffer.from(`# Title\n\n${text}`)],
    [DOCX, docx(paragraph(text))],
    [XLSX, xlsx([{ name: 'One', rows: cell }])],
    [PPTX, pptx([slide])],
    [ODT, openDocument('text', `<text:p>${text}</text:p>`)],
  ])('of %s shows its first lines', async (mimeType, bytes) => {
    const card = await draw(bytes, mimeType);
    expect(size(card)).toEqual(CARD);
    // The badge has its own corner.
    expect(inked({ ...card, data: card.data.subarray(0, 960 * 1000 * 3) })).toBeGreaterThan(300);
  });

  it('shows markup as text', async () => {
    expect(size(await draw(Buffer.from('<span foo="&">&lt;</b>\u202e\0'), 'text/plain'))).toEqual(CARD);
  });

  it('of a format without a reader has its type', async () =>
    expect(inked(await draw(Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'application/msword'))).toBeGreaterThan(10_000));

  it('reads the beginning of a text of gigabytes', async () => {
    let read = 0;
    const source: ByteSource = {
      size: 5 * 2 ** 30,
      read: async (_, length) => {
        read += length;
        return Buffer.alloc(length, 'ä b');
      },
    };
    expect(size(await drawPreview({ source, mimeType: 'text/plain' }))).toEqual(CARD);
    expect(read).toBeLessThan(2 ** 20);
  });
});

describe('a HEIC photo', () => {
  it('is decoded', async () => {
    const picture = await openPicture({ source: bufferSource(fixture('photo.heic')), mimeType: 'image/heic' });
    if (!('pixels' in picture)) throw new Error('not decoded');
    expect(size(picture.pixels)).toEqual([320, 200]);
    expect([colourAt(picture.pixels, 0.1, 0.1), colourAt(picture.pixels, 0.9, 0.9)]).toEqual([RED, [1, 2, 2]]);
  });
});
