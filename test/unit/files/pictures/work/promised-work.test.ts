import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { readMetadata } from '../../../../../functions/files/metadata/read-metadata.ts';
import { promisedWork } from '../../../../../functions/files/pictures/work/promised-work.ts';
import { WorkLimitError } from '../../../../../functions/files/pictures/work/work-limit.ts';
import { openPicture } from '../../../../../functions/files/previews/open-picture.ts';
import { preparePicture } from '../../../../../functions/files/text/ocr/prepare-picture.ts';
import { bufferSource } from '../../../../../functions/shared/byte-source.ts';
import {
  heifOf,
  heifOfEmptyPieces,
  heifOfLinks,
  heifOfOddNumbers,
  heifOfReferences,
} from '../../../../support/fixtures/costly-heif.ts';
import {
  jpegOfHiddenScans,
  jpegOfScans,
  PACKED_CHUNKS,
  pngOf,
  pngOfTexts,
} from '../../../../support/fixtures/costly-pictures.ts';
import { pngChunk } from '../../../../support/fixtures/hostile-files.ts';
import { photo, photoPixels, picture } from '../../../../support/fixtures/pictures.ts';
import { fixture } from '../../../../support/fixtures/preview-fixtures.ts';
import { verify } from '../../checks/verify.ts';

const MIB = 2 ** 20;
const TOO_MUCH = { outcome: 'rejected', code: 'WORK_LIMIT' };

/** A GIF of frames of one pixel. */
const gifOf = (frames: number, note = Buffer.alloc(0)): Buffer => {
  const frame = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  const all = new Array<Buffer>(frames).fill(Buffer.from(frame));
  const head = Buffer.from([...Buffer.from('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
  return Buffer.concat([head, note, ...all, Buffer.from([0x3b])]);
};

const webpOf = async (type: string, chunks: number): Promise<Buffer> => {
  const bytes = await picture(photoPixels(16, 16)).webp().toBuffer();
  const chunk = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  const all = Buffer.concat([bytes, ...new Array<Buffer>(chunks).fill(chunk)]);
  all.writeUInt32LE(all.length - 8, 4);
  return all;
};

/** Each is whole, or would be decoded far enough to do its harm. */
const COSTLY: readonly (readonly [name: string, mimeType: string, bytes: () => Buffer | Promise<Buffer>])[] = [
  ['a JPEG of 101 scans', 'image/jpeg', () => jpegOfScans(64, 100)],
  ['a JPEG of few scans, each over 100 million pixels of coefficients', 'image/jpeg', () => jpegOfScans(32_000, 20)],
  ['a JPEG of 120 scans that hide from lengths', 'image/jpeg', () => jpegOfHiddenScans(512, 120)],
  [
    'a JPEG of 5000 segments',
    'image/jpeg',
    async () => {
      const bytes = await photo(64, 64);
      const notes = Buffer.alloc(4 * 5000, Buffer.from('fffe0002', 'hex'));
      return Buffer.concat([bytes.subarray(0, 2), notes, bytes.subarray(2)]);
    },
  ],
  ['a PNG of 20 texts that unpack to 20 MiB each', 'image/png', () => pngOfTexts(20, 20 * MIB)],
  ['a PNG of 900 texts that unpack to 20 KiB each', 'image/png', () => pngOfTexts(900, 20 * 1024)],
  ['a PNG of one international text that unpacks to 20 MiB', 'image/png', () => pngOf(PACKED_CHUNKS.iTXt(20 * MIB))],
  ['a PNG of a profile that unpacks to 20 MiB', 'image/png', () => pngOf(PACKED_CHUNKS.iCCP(20 * MIB))],
  [
    'a PNG of 2000 texts',
    'image/png',
    () => pngOf(...new Array<Buffer>(2000).fill(pngChunk('tEXt', Buffer.from('a\0b')))),
  ],
  [
    'a PNG of 80,000 pieces',
    'image/png',
    () => pngOf(...new Array<Buffer>(80_000).fill(pngChunk('IDAT', Buffer.alloc(0)))),
  ],
  ['a GIF of 16,000 frames', 'image/gif', () => gifOf(16_000)],
  [
    'a GIF of 700,000 pieces',
    'image/gif',
    () => gifOf(1, Buffer.concat([Buffer.from('21fe', 'hex'), Buffer.alloc(1_400_000, 1), Buffer.alloc(1)])),
  ],
  ['a WebP of 16,000 frames', 'image/webp', () => webpOf('ANMF', 16_000)],
  ['a WebP of 2000 chunks', 'image/webp', () => webpOf('JUNK', 2000)],
  [
    'an AVIF that shows one tile of 64 million pixels four times',
    'image/avif',
    () => heifOf({ id: 1, type: 'grid', side: 64, parts: [2, 2, 2, 2] }, { id: 2, type: 'av01', side: 8000 }),
  ],
  [
    'an AVIF of 4000 small tiles',
    'image/avif',
    () =>
      heifOf(
        { id: 1, type: 'grid', side: 64, parts: new Array<number>(4000).fill(2) },
        { id: 2, type: 'av01', side: 8 },
      ),
  ],
  [
    'an AVIF of tiles of tiles of tiles',
    'image/avif',
    () =>
      heifOf(
        ...Array.from({ length: 6 }, (_, index) => ({ id: index + 1, type: 'grid', parts: [index + 2, index + 2] })),
      ),
  ],
  [
    'an AVIF that shows the same bytes many times',
    'image/avif',
    () => heifOf({ id: 1, type: 'av01', pieces: new Array<number>(200).fill(60) }),
  ],
  [
    'an AVIF with a packed text',
    'image/avif',
    () => heifOf({ id: 1, type: 'av01' }, { id: 2, type: 'mime', encoding: 'deflate' }),
  ],
  [
    'an AVIF with a packed text whose encoding is a command of a terminal',
    'image/avif',
    () => heifOf({ id: 1, type: 'av01' }, { id: 2, type: 'mime', encoding: '\x1b[2Jdeflate' }),
  ],
  ['an AVIF of 19,000 boxes for the parts of one item', 'image/avif', () => heifOfReferences(19_000, 60)],
  ['an AVIF of sizes for five million items', 'image/avif', () => heifOfLinks(5_000_000)],
  ['an AVIF of a billion pieces without a byte', 'image/avif', () => heifOfEmptyPieces(16_000)],
  ['an AVIF that counts in numbers of 7 bytes', 'image/avif', () => heifOfOddNumbers(7)],
  [
    'an AVIF with an innocent description before the one that is shown',
    'image/avif',
    () => {
      const [innocent, shown] = [heifOf({ id: 1, type: 'av01' }), heifOf({ id: 1, type: 'av01', side: 8000 })];
      const from = innocent.indexOf('meta') - 4;
      return Buffer.concat([innocent.subarray(0, innocent.indexOf('mdat') - 4), shown.subarray(from)]);
    },
  ],
];

describe('a picture that promises too much work', () => {
  it.each(COSTLY)('is refused before it is decoded: %s', async (_, mimeType, bytes) => {
    const outcome = await verify(await bytes(), mimeType);
    expect(outcome).toMatchObject(TOO_MUCH);
    expect(outcome).toMatchObject({ message: expect.stringMatching(/^The [^\p{C}]*\.$/u) });
  });

  it('takes no memory when its texts would unpack to gigabytes', async () => {
    const bytes = pngOfTexts(60, 20 * MIB);
    const before = process.resourceUsage().maxRSS;
    expect(await verify(bytes, 'image/png')).toMatchObject(TOO_MUCH);
    // Unpacked by the decoder they are 1.2 GB, and four as it handed them on. resourceUsage counts KiB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(200 * 1024);
  });

  it.each(COSTLY)('is not drawn when it was accepted earlier: %s', async (_, mimeType, bytes) => {
    const source = bufferSource(await bytes());
    await expect(openPicture({ source, mimeType })).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' });
    expect(await readMetadata(source, mimeType)).toMatchObject({ picture: null });
    await expect(preparePicture(await bytes())).rejects.toMatchObject({ code: expect.any(String) });
  });
});

describe('what a walk counts', () => {
  it.each([
    ['baseline', () => photo(333, 222)],
    ['progressive', () => photo(333, 222, { progressive: true })],
    ['PNG', () => picture(photoPixels(333, 222)).png({ progressive: true }).withIccProfile('p3').toBuffer()],
    ['GIF', () => picture(photoPixels(333, 222)).gif().toBuffer()],
    ['WebP', () => picture(photoPixels(333, 222)).webp().toBuffer()],
    ['lossless WebP', () => picture(photoPixels(333, 222)).webp({ lossless: true }).toBuffer()],
    ['WebP with a profile', () => picture(photoPixels(333, 222)).webp().withIccProfile('p3').toBuffer()],
    ['AVIF', () => picture(photoPixels(333, 222)).avif().toBuffer()],
  ])('are the pixels that the decoder finds: %s', async (_, make) => {
    expect(promisedWork(Buffer.from(await make()))).toEqual({ pixels: 333 * 222 });
  });

  it('are the pixels of a photo of a telephone', async () => {
    const bytes = fixture('photo.heic');
    const { width, height } = await sharp(bytes).metadata();
    expect(promisedWork(bytes)).toEqual({ pixels: width * height });
  });

  it('are those that the decoder makes room for, where a frame of a GIF stands far from the corner', async () => {
    const bytes = gifOf(1);
    bytes.writeUInt16LE(5000, bytes.indexOf(0x2c) + 1);
    bytes.writeUInt16LE(300, bytes.indexOf(0x2c) + 3);
    const { width, height } = await sharp(bytes).metadata();
    expect(width * height).toBeGreaterThan(1_000_000);
    expect(promisedWork(bytes).pixels).toBe(width * height);
  });

  it('leaves room for every scan that a picture may sensibly have', async () => {
    expect((await verify(jpegOfScans(64, 60), 'image/jpeg')).outcome).toBe('ok');
    expect((await verify(pngOf(PACKED_CHUNKS.zTXt(MIB), PACKED_CHUNKS.iTXt(2 * MIB)), 'image/png')).outcome).toBe('ok');
  });

  it('is not what a broken file says: that is left to the decoder', async () => {
    const files = [
      await photo(64, 64),
      pngOfTexts(2, 1000),
      gifOf(3),
      await webpOf('JUNK', 3),
      heifOf({ id: 1, type: 'av01' }),
    ];
    for (const bytes of files) {
      for (let end = 0; end < bytes.length; end += Math.ceil(bytes.length / 200))
        promisedWork(Buffer.from(bytes.subarray(0, end)));
      for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 200)) {
        const lies = Buffer.from(bytes);
        lies.fill(0xff, at, Math.min(at + 4, lies.length));
        try {
          promisedWork(lies);
        } catch (error) {
          expect(error).toBeInstanceOf(WorkLimitError);
        }
      }
    }
  });
});
