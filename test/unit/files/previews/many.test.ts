import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { readXmp } from '../../../../functions/files/metadata/xmp.ts';
import { drawPreview } from '../../../../functions/files/previews/draw-preview.ts';
import { ISOLATION } from '../../../../functions/files/previews/isolate.ts';
import { readDocument } from '../../../../functions/files/text/readers/read-document.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { ODT, pdfOf } from '../../../support/fixtures/least-files.ts';
import { fixture } from '../../../support/fixtures/preview-fixtures.ts';
import { zip } from '../../../support/fixtures/zip.ts';

const MIB = 2 ** 20;
const PDF = 'application/pdf';
/** Less than a function gives, so that the tests are quick. */
const LIMITS = { ...ISOLATION, cpuMs: 3000 };
const CARD = { width: 960, height: 1280 };

const streamOf = (dictionary: string, data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`<<${dictionary}/Length ${data.length}>>stream\n`), data, Buffer.from('\nendstream')]);
const FORM = '/Type/XObject/Subtype/Form/BBox[0 0 100 100]';
const pageOf = (content: Buffer | string, resources: string, rest: readonly (Buffer | string)[], filter = ''): Buffer =>
  pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Resources<<${resources}>>>>`,
    streamOf(filter, Buffer.from(content)),
    ...rest,
  ]);

/** Each form shows the next one ten times: a page of a kilobyte that draws ten billion squares. */
const formsOfForms = (): Buffer =>
  pageOf('/F Do', '/XObject<</F 5 0 R>>', [
    ...Array.from({ length: 10 }, (_, level) =>
      streamOf(`${FORM}/Resources<</XObject<</F ${level + 6} 0 R>>>>`, Buffer.from('/F Do '.repeat(10))),
    ),
    streamOf(FORM, Buffer.from('0 0 50 50 re f')),
  ]);

const COSTLY: readonly (readonly [string, () => Buffer])[] = [
  ['forms that show forms', formsOfForms],
  [
    'a content of a gigabyte in a megabyte',
    () =>
      pageOf(
        deflateSync(deflateSync(Buffer.alloc(900 * MIB, 'q Q '), { level: 9 })),
        '',
        [],
        '/Filter[/FlateDecode/FlateDecode]',
      ),
  ],
  [
    'a picture of 60,000 x 60,000 pixels',
    () =>
      pageOf('100 0 0 100 0 0 cm /I Do', '/XObject<</I 5 0 R>>', [
        streamOf(
          '/Type/XObject/Subtype/Image/Width 60000/Height 60000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode',
          deflateSync(Buffer.alloc(MIB)),
        ),
      ]),
  ],
  [
    'a pattern of the smallest tiles',
    () =>
      pageOf('/Pattern cs /P scn 0 0 100 100 re f', '/Pattern<</P 5 0 R>>', [
        streamOf(
          '/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001/Resources<<>>',
          Buffer.from('0 0 1 1 re f'),
        ),
      ]),
  ],
];

describe('a document, film or sound that promises many things', () => {
  it.each(COSTLY)('is drawn or has a card, within the bounds: a PDF with %s', async (_, make) => {
    const pixels = await drawPreview({ source: bufferSource(make()), mimeType: PDF, limits: LIMITS });
    expect(pixels.width * pixels.height).toBeLessThanOrEqual(1280 * 1280);
  });

  it('has a card for a PDF that draws ten billion squares', async () => {
    expect(await drawPreview({ source: bufferSource(formsOfForms()), mimeType: PDF, limits: LIMITS })).toMatchObject(
      CARD,
    );
  });

  it('is told of in bounded time, whatever the tables of a film count', async () => {
    const film = Buffer.from(fixture('moov-first.mp4'));
    for (const table of ['stts', 'stsz', 'stco', 'stsc', 'ctts', 'stss']) {
      const at = film.indexOf(table);
      // The number of entries, and what the first of them repeats.
      if (at > 0) film.fill(0xff, at + 8, at + 16);
    }
    expect(await readMetadata(bufferSource(film), 'video/mp4', { patience: 5000 })).toMatchObject({
      contentType: 'video/mp4',
    });
    const pixels = await drawPreview({ source: bufferSource(film), mimeType: 'video/mp4', limits: LIMITS });
    expect(pixels.width).toBeGreaterThan(0);
  });

  it('has no tags where those of a sound announce gigabytes', async () => {
    const tag = Buffer.concat([
      Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2\x7f\x7f\x7f\x7f\0\0', 'latin1'),
      Buffer.alloc(1000, 65),
    ]);
    const sound = Buffer.concat([tag, fixture('sound.mp3')]);
    expect(await readMetadata(bufferSource(sound), 'audio/mpeg', { patience: 5000 })).toMatchObject({ tags: null });
  });
});

describe('XML that promises many things', () => {
  it('is read without its texts when its elements are 20,000 deep, or refer to themselves', () => {
    const rdf = (inner: string) =>
      Buffer.from(
        `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inner}</rdf:RDF></x:xmpmeta>`,
      );
    expect(readXmp(rdf('<a>'.repeat(20_000) + '</a>'.repeat(20_000)))).toMatchObject({ title: null });
    expect(readXmp(rdf('<a x="">'.repeat(60_000)))).toMatchObject({ title: null });
    expect(
      readXmp(rdf(`<a ${Array.from({ length: 20_000 }, (_, index) => `a${index}=""`).join(' ')}/>`)),
    ).toMatchObject({ title: null });
  });

  it('has no more blanks, columns or rows than a text may have, whatever it says of repetitions', async () => {
    const table = 'table:number-columns-repeated="2000000000" table:number-rows-repeated="2000000000"';
    const content = `<x><text:p>a<text:s text:c="2000000000"/>b</text:p><table:table><table:table-row ${table}><table:table-cell ${table}><text:p>c</text:p></table:table-cell></table:table-row></table:table></x>`;
    const bytes = zip([
      { name: 'mimetype', data: ODT },
      { name: 'content.xml', data: content, deflate: true },
    ]);
    const { pages } = await readDocument(bytes, ODT, { preserveFormatting: true, pages: undefined });
    expect(Buffer.byteLength(pages.map(({ text }) => text).join(''))).toBeLessThan(1_000_001);
  });
});
