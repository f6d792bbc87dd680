import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { oneAtATime } from '../../../../functions/files/checks/one-at-a-time.ts';
import { processFile } from '../../../../functions/files/checks/process-file.ts';
import { MAX_PIXELS, pixelLimit } from '../../../../functions/files/pictures/image-header.ts';
import { loadSharp } from '../../../../functions/files/pictures/sharp.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { html, pdf, pngBomb, svg, truncated, vips } from '../../../support/fixtures/hostile-files.ts';
import { photo, photoPixels, picture, quarters } from '../../../support/fixtures/pictures.ts';
import { verify } from '../checks/verify.ts';

const tiff = () => picture(quarters(64, 64)).tiff().toBuffer();
const png = () => picture(quarters(64, 64)).png().toBuffer();

describe('content that is not what was announced', () => {
  it.each([
    ['HTML', html],
    ['SVG', svg],
    ['PDF', pdf],
    ['VIPS', vips],
    ['TIFF', tiff],
    ['a single byte', Buffer.from([0xff])],
  ])('is rejected: %s as any picture', async (_, source) => {
    const bytes = typeof source === 'function' ? await source() : source;
    for (const mimeType of ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']) {
      const outcome = await verify(bytes, mimeType);
      expect(outcome).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
      expect(outcome).not.toHaveProperty('renditions');
    }
  });

  it('is rejected when one picture type stands for another', async () => {
    expect(await verify(await png(), 'image/jpeg')).toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(await verify(await photo(64, 64), 'image/png')).toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('is rejected or failed when foreign bytes follow the first bytes of a picture', async () => {
    const heads = [Buffer.from('ffd8ffe0', 'hex'), Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('GIF89a')];
    for (const [index, mimeType] of ['image/jpeg', 'image/png', 'image/gif'].entries()) {
      for (const tail of [html, svg, pdf, await tiff(), vips]) {
        const outcome = await verify(Buffer.concat([heads[index] ?? html, tail]), mimeType);
        expect(['rejected', 'failed']).toContain(outcome.outcome);
      }
    }
  });

  it.each(['image/svg+xml', 'image/tiff', 'image/heic', '__proto__', 'image/__proto__', 'constructor'])(
    'is refused for the announced type %s',
    async (mimeType) => {
      expect((await verify(svg, mimeType)).outcome).toBe('rejected');
    },
  );
});

describe('decoders', () => {
  it.each([
    ['SVG', svg],
    ['TIFF', tiff],
    ['PDF', pdf],
    ['VIPS', vips],
  ])('are blocked for %s even when sharp is asked directly', async (_, source) => {
    const bytes = typeof source === 'function' ? await source() : source;
    await expect(loadSharp()(bytes).metadata()).rejects.toThrow(/unsupported image format|unsupported/i);
  });
});

describe('a damaged picture', () => {
  it.each([0.02, 0.3, 0.6, 0.9, 0.99])('fails when a JPEG ends after %d of its bytes', async (share) => {
    const outcome = await verify(truncated(await photo(800, 600), share), 'image/jpeg');
    expect(outcome).toMatchObject({ outcome: 'failed', code: 'DECODE_ERROR' });
  });

  it.each(['png', 'webp', 'gif', 'avif'] as const)('fails when a %s ends early', async (format) => {
    const bytes = await picture(photoPixels(300, 200)).toFormat(format).toBuffer();
    expect(await verify(truncated(bytes, 0.7), `image/${format}`)).toMatchObject({ code: 'DECODE_ERROR' });
  });

  it('is reported in a sentence that names no path, library or stack', async () => {
    const outcome = await verify(truncated(await photo(400, 300)), 'image/jpeg');
    expect(outcome).toMatchObject({ message: expect.stringMatching(/^[A-Z][^\n]*\.$/) });
    expect(JSON.stringify(outcome)).not.toMatch(/vips|sharp|jpegload|libjpeg|node_modules|\/work|Error:/i);
  });
});

describe('a decompression bomb', () => {
  it('of 16000 x 16000 pixels in under 1 MB is rejected before it is decoded', async () => {
    const bomb = pngBomb();
    expect(bomb.length).toBeLessThan(1_000_000);
    const before = process.resourceUsage().maxRSS;
    expect(await verify(bomb, 'image/png')).toMatchObject({ outcome: 'rejected', code: 'PIXEL_LIMIT' });
    // Decoding would need 768 MB. resourceUsage counts KiB.
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(100 * 1024);
  });

  it('is a picture that decodes when it is small, or the test above would prove nothing', async () => {
    expect((await verify(pngBomb(1200), 'image/png')).outcome).toBe('ok');
    expect((await sharp(pngBomb(1200)).stats()).channels[0]?.max).toBe(0);
  });

  it('is measured against the limit to the pixel', async () => {
    const bytes = await picture(quarters(100, 50)).png().toBuffer();
    expect((await verify(bytes, 'image/png', {}, { maxPixels: 5000 })).outcome).toBe('ok');
    expect(await verify(bytes, 'image/png', {}, { maxPixels: 4999 })).toMatchObject({ code: 'PIXEL_LIMIT' });
    expect(MAX_PIXELS).toBe(100_000_000);
  });

  it('is measured more strictly in AVIF, which is decoded whole', () => {
    expect(pixelLimit({ format: 'heif', hevc: false }, MAX_PIXELS)).toBe(40_000_000);
    expect(pixelLimit({ format: 'heif', hevc: false }, 1000)).toBe(1000);
    expect(pixelLimit({ format: 'jpeg', hevc: false }, MAX_PIXELS)).toBe(MAX_PIXELS);
  });
});

describe('what was announced', () => {
  it('is compared with the real size, one byte more or less', async () => {
    const bytes = await png();
    for (const size of [bytes.length - 1, bytes.length + 1]) {
      expect(await verify(bytes, 'image/png', { size })).toMatchObject({ outcome: 'rejected', code: 'SIZE_MISMATCH' });
    }
  });

  it('is compared with the real SHA-256', async () => {
    const bytes = await png();
    const sha256 = Buffer.alloc(32).toString('base64');
    expect(await verify(bytes, 'image/png', { sha256 })).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  });

  it('cannot make it read on for ever', async () => {
    let served = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          served += 1024;
          yield Buffer.alloc(1024);
        }
      })(),
    );
    const outcome = await processFile({
      body: endless,
      source: bufferSource(Buffer.alloc(0)),
      declared: { mimeType: 'image/png', size: 10_000 },
    });
    expect(outcome).toMatchObject({ code: 'SIZE_MISMATCH' });
    expect(served).toBeLessThan(100_000);
    expect(endless.destroyed).toBe(true);
  });

  it('is not blamed for an error of the storage', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('connection reset')) });
    await expect(
      processFile({
        body: broken,
        source: bufferSource(Buffer.alloc(0)),
        declared: { mimeType: 'image/png', size: 10 },
      }),
    ).rejects.toThrow('connection reset');
  });
});

describe('whatever the bytes are', () => {
  const types = fc.constantFrom(
    'image/jpeg',
    'image/png',
    'image/gif',
    'image/webp',
    'image/avif',
    'application/pdf',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.oasis.opendocument.text',
    'video/mp4',
    'video/webm',
    'audio/mpeg',
    'audio/flac',
    'audio/ogg',
    'audio/wav',
    'text/plain',
    'text/csv',
  );

  it('the answer is an outcome', async () => {
    const head = fc.constantFrom(
      '',
      'ffd8ffe0',
      '89504e470d0a1a0a',
      '474946383961',
      '52494646ffffffff57454250',
      '504b0304',
      '494433',
      'd0cf11e0a1b11ae1',
      '0000002066747970617669660000',
    );
    await fc.assert(
      fc.asyncProperty(head, fc.uint8Array({ maxLength: 400 }), types, async (start, tail, mimeType) => {
        const outcome = await verify(Buffer.concat([Buffer.from(start, 'hex'), tail]), mimeType);
        expect(['ok', 'rejected', 'failed']).toContain(outcome.outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('a picture with changed bytes is an outcome too', async () => {
    const sources = await Promise.all(
      (['jpeg', 'png', 'gif', 'webp', 'avif'] as const).map(async (format) => ({
        mimeType: `image/${format}`,
        bytes: await picture(photoPixels(48, 32)).toFormat(format).toBuffer(),
      })),
    );
    const changes = fc.array(fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sources), changes, async ({ mimeType, bytes }, edits) => {
        const changed = Buffer.from(bytes);
        for (const [at, value] of edits) changed[Math.floor(at * changed.length)] = value;
        expect(['ok', 'rejected', 'failed']).toContain((await verify(changed, mimeType)).outcome);
      }),
      { numRuns: 200 },
    );
  });
});

describe('work that needs the machine for itself', () => {
  it('runs one after the other, and goes on after a failure', async () => {
    const queue = oneAtATime();
    const seen: string[] = [];
    const work = (name: string, fails = false) =>
      queue(async () => {
        seen.push(`${name} starts`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });
});
