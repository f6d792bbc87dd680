import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { resolveTransform, type Subject } from '../../../../functions/domain/resolve-transform.ts';
import type { TransformRequest } from '../../../../functions/domain/transform.ts';
import { renderTransform } from '../../../../functions/files/pictures/render-transform.ts';
import { openPicture } from '../../../../functions/files/previews/open-picture.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { photo, picture, quarters, transparentPng } from '../../../support/fixtures/pictures.ts';

const draw = async (bytes: Buffer, request: TransformRequest, focal: { x: number; y: number } | null = null) => {
  const isOpaque = (await sharp(bytes).metadata()).hasAlpha !== true;
  const subject = { focalX: focal?.x ?? null, focalY: focal?.y ?? null, size: null, isOpaque };
  const result = await renderTransform(
    await openPicture({ source: bufferSource(bytes), mimeType: 'image/jpeg' }),
    resolveTransform(request, subject, { isMember: true, accept: undefined }),
  );
  const metadata = await sharp(result.bytes).metadata();
  expect([metadata.width, metadata.height]).toEqual([result.width, result.height]);
  return { ...result, metadata };
};

/** The average colour of a part of a picture, as fractions of its sides. */
const colourAt = async (bytes: Buffer, x: number, y: number) => {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)].map((value) => Math.round(value / 64));
};

const size = ({ width, height }: { width: number; height: number }) => [width, height];

describe('a size', () => {
  it('of one side keeps the proportions', async () =>
    expect(size(await draw(await photo(400, 300), { w: 200 }))).toEqual([200, 150]));
  it('of two sides crops to cover', async () =>
    expect(size(await draw(await photo(400, 300), { w: 100, h: 100 }))).toEqual([100, 100]));
  it('is never above that of the picture', async () => {
    const bytes = await photo(80, 60);
    expect(size(await draw(bytes, { w: 4000 }))).toEqual([80, 60]);
    expect(size(await draw(bytes, { w: 400, h: 400 }))).toEqual([60, 60]);
    expect(size(await draw(bytes, { w: 400, h: 400, fit: 'inside' }))).toEqual([80, 60]);
  });
  it('of contain is met by margins, not by enlarging', async () => {
    const result = await draw(await photo(80, 60), { w: 200, h: 100, fit: 'contain', format: 'png' });
    expect(size(result)).toEqual([200, 100]);
    const { data } = await sharp(result.bytes)
      .extract({ left: 0, top: 0, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data]).toEqual([0, 0, 0, 0]);
  });
  it('follows the orientation that a person sees', async () =>
    expect(size(await draw(await photo(400, 200, { orientation: 6 }), { w: 50 }))).toEqual([50, 100]));
  it('follows the turn that was asked for', async () => {
    expect(size(await draw(await photo(400, 200), { rotate: 90 }))).toEqual([200, 400]);
    expect(size(await draw(await photo(400, 200), { w: 100, rotate: 270 }))).toEqual([100, 200]);
    expect(size(await draw(await photo(400, 200), { w: 100, h: 100, rotate: 90 }))).toEqual([100, 100]);
  });
});

describe('a crop', () => {
  const source = async () => picture(quarters(200, 200)).png().toBuffer();
  const corners = { 'top-left': [0, 0], 'top-right': [1, 0], 'bottom-left': [0, 1], 'bottom-right': [1, 1] } as const;

  it('keeps the focal point, as near to the middle as the edges allow', async () => {
    const tall = await sharp(await source())
      .resize(400, 100, { fit: 'fill' })
      .png()
      .toBuffer();
    for (const [x, column] of [
      [0, 0.01],
      [1, 0.99],
    ] as const) {
      const cut = await draw(tall, { w: 100, h: 100, format: 'png' }, { x, y: 0.5 });
      expect(await colourAt(cut.bytes, 0.5, 0.25)).toEqual(await colourAt(tall, column, 0.25));
    }
  });

  it.each(Object.entries(corners))('at %s shows that corner', async (position, [x, y]) => {
    const wide = await sharp(await source())
      .resize(400, 100, { fit: 'fill' })
      .png()
      .toBuffer();
    const cut = await draw(wide, { w: 50, h: 50, position: position as never, format: 'png' });
    expect(await colourAt(cut.bytes, 0.5, 0.1 + 0.8 * y)).toEqual(await colourAt(wide, 0.05 + 0.9 * x, 0.1 + 0.8 * y));
  });
});

describe('a result', () => {
  it.each(['avif', 'webp', 'jpeg', 'png'] as const)('may be %s', async (format) => {
    const { metadata } = await draw(await photo(64, 48), { w: 32, format });
    expect(metadata.format).toBe(format === 'avif' ? 'heif' : format);
  });
  it('carries no metadata', async () => {
    const { metadata } = await draw(await photo(64, 48, { gps: true }), { w: 32, format: 'jpeg' });
    expect([metadata.exif, metadata.xmp, metadata.icc]).toEqual([undefined, undefined, undefined]);
  });
  it('keeps transparency where the format has it, and is white or the named colour where it has not', async () => {
    const bytes = await transparentPng(60, 60);
    expect((await draw(bytes, { w: 30, format: 'webp' })).metadata.hasAlpha).toBe(true);
    expect(await colourAt((await draw(bytes, { w: 30, format: 'jpeg' })).bytes, 0, 0)).toEqual([4, 4, 4]);
    expect(await colourAt((await draw(bytes, { w: 30, format: 'jpeg', flatten: '#ff0000' })).bytes, 0, 0)).toEqual([
      4, 0, 0,
    ]);
  });
  it('of a lower quality is smaller', async () => {
    const bytes = await photo(400, 300);
    const [low, high] = await Promise.all([draw(bytes, { q: 20 }), draw(bytes, { q: 95 })]);
    expect(low.bytes.length).toBeLessThan(high.bytes.length / 2);
  });
  it('that is blurred compresses better', async () => {
    const bytes = await photo(400, 300);
    const [plain, blurred] = await Promise.all([draw(bytes, {}), draw(bytes, { blur: 10 })]);
    expect(blurred.bytes.length).toBeLessThan(plain.bytes.length / 2);
  });
});

describe('what a transform leaves out', () => {
  const requests: fc.Arbitrary<TransformRequest> = fc.record(
    {
      w: fc.integer({ min: 1, max: 90 }),
      h: fc.integer({ min: 1, max: 90 }),
      fit: fc.constantFrom('cover', 'contain', 'inside'),
      position: fc.constantFrom('top-left', 'bottom', 'centre'),
      rotate: fc.constantFrom(0, 90, 180, 270),
      flatten: fc.constantFrom('#ff0000', '#ffffff'),
    },
    { requiredKeys: [] },
  );

  /** Of 255: a side that is given and the same side that follows from the other are shrunk by factors that differ a little. */
  const ROUNDING = 12;

  it('keeps the size of the result, and its colours but for rounding', async () => {
    const bytes = await photo(60, 40);
    const picture = await openPicture({ source: bufferSource(bytes), mimeType: 'image/jpeg' });
    const size = { width: 60, height: 40 };
    const plain = { focalX: null, focalY: null, size: null, isOpaque: false };
    const drawn = async (request: TransformRequest, subject: Subject) => {
      const asker = { isMember: true, accept: undefined };
      const { bytes } = await renderTransform(picture, resolveTransform({ ...request, format: 'png' }, subject, asker));
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    };
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const [shared, own] = [await drawn(request, { ...plain, size, isOpaque: true }), await drawn(request, plain)];
        expect([shared.width, shared.height]).toEqual([own.width, own.height]);
        const off = shared.data.map((channel, at) => Math.abs(channel - (own.data[at] ?? 0)));
        expect(Math.max(...off)).toBeLessThanOrEqual(ROUNDING);
      }),
      { numRuns: 60 },
    );
  });
});
