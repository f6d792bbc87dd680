import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { renderOne } from '../../../../functions/files/pictures/render-image.ts';
import { openPicture } from '../../../../functions/files/previews/open-picture.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import {
  animation,
  orientedJpeg,
  photo,
  photoPixels,
  picture,
  quarters,
  transparentPng,
} from '../../../support/fixtures/pictures.ts';
import { accepted } from '../checks/verify.ts';

const renderLarge = async (bytes: Buffer) =>
  renderOne(await openPicture({ source: bufferSource(bytes), mimeType: 'image/jpeg' }), 'large');

/** The colour at a place of an encoded picture, given as fractions of its sides. */
const colourAt = async (bytes: Buffer, x: number, y: number): Promise<number[]> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(info.height * y) * info.width + Math.floor(info.width * x)) * info.channels;
  return [...data.subarray(at, at + info.channels)];
};

const near = (actual: readonly number[], expected: readonly number[], tolerance = 12): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, channel) => {
    expect(Math.abs((actual[channel] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance);
  });
};

const sizes = (renditions: readonly { name: string; width: number; height: number }[]) =>
  Object.fromEntries(renditions.map(({ name, width, height }) => [name, [width, height]]));

describe('a photo', () => {
  it('gets its facts, two WebP renditions and the size that large will have', async () => {
    const bytes = await photo(2000, 1500);
    const { facts, renditions, large } = await accepted(bytes, 'image/jpeg');
    expect(facts).toEqual({
      checksum: createHash('sha256').update(bytes).digest('base64'),
      size: bytes.length,
      width: 2000,
      height: 1500,
      orientation: 1,
      frames: 1,
      thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]{20,40}={0,2}$/),
      dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
      duration: null,
    });
    expect(sizes(renditions)).toEqual({ small: [160, 120], medium: [480, 360] });
    expect(large).toEqual({ width: 1280, height: 960 });
    for (const { bytes: webp, width, height } of [...renditions, await renderLarge(bytes)]) {
      expect(await sharp(webp).metadata()).toMatchObject({ format: 'webp', width, height });
    }
  });

  it('leaves camera, owner and position out of every rendition', async () => {
    const bytes = await photo(1600, 1200, { gps: true, orientation: 6 });
    expect((await sharp(bytes).metadata()).exif?.includes('Shelfcam')).toBe(true);
    const { renditions } = await accepted(bytes, 'image/jpeg');
    for (const { bytes: webp } of [...renditions, await renderLarge(bytes)]) {
      const { exif, xmp, iptc, icc, orientation } = await sharp(webp).metadata();
      expect({ exif, xmp, iptc, icc, orientation }).toEqual({});
      expect(webp.includes('Shelfcam')).toBe(false);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is shown upright when stored with EXIF orientation %i', async (orientation) => {
    const { facts, renditions, large } = await accepted(await orientedJpeg(900, 600, orientation), 'image/jpeg');
    expect(facts).toMatchObject({ width: 900, height: 600, orientation });
    expect(sizes(renditions)).toEqual({ small: [160, 107], medium: [480, 320] });
    expect(large).toEqual({ width: 900, height: 600 });
    for (const { bytes } of renditions) {
      near(await colourAt(bytes, 0.2, 0.2), [255, 0, 0], 20);
      near(await colourAt(bytes, 0.8, 0.2), [0, 255, 0], 20);
      near(await colourAt(bytes, 0.2, 0.8), [0, 0, 255], 20);
      near(await colourAt(bytes, 0.8, 0.8), [255, 255, 255], 20);
    }
  });

  it('may be progressive', async () => {
    const { facts } = await accepted(await photo(800, 600, { progressive: true }), 'image/jpeg');
    expect(facts).toMatchObject({ width: 800, height: 600 });
  });

  it('gets the same placeholder every time and another one for other content', async () => {
    const [first, again, other] = await Promise.all([
      accepted(await photo(800, 600), 'image/jpeg'),
      accepted(await photo(800, 600), 'image/jpeg'),
      accepted(await photo(800, 600, { seed: 5 }), 'image/jpeg'),
    ]);
    expect(again.facts.thumbhash).toBe(first.facts.thumbhash);
    expect(other.facts.thumbhash).not.toBe(first.facts.thumbhash);
  });

  it('keeps stray bytes between its markers, which some cameras write, from being an error', async () => {
    const jpeg = await photo(600, 400);
    const stray = Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(7), jpeg.subarray(-2)]);
    expect((await accepted(stray, 'image/jpeg')).facts.width).toBe(600);
  });
});

describe('a small picture', () => {
  it('is never enlarged, and has all three renditions in its own size', async () => {
    const bytes = await picture(quarters(90, 40)).png().toBuffer();
    const { renditions, large } = await accepted(bytes, 'image/png');
    expect(sizes(renditions)).toEqual({ small: [90, 40], medium: [90, 40] });
    expect(large).toEqual({ width: 90, height: 40 });
    expect(await renderLarge(bytes)).toMatchObject({ name: 'large', width: 90, height: 40 });
  });

  it('may be one pixel, or one pixel high', async () => {
    expect((await accepted(await picture(quarters(1, 1)).png().toBuffer(), 'image/png')).large).toEqual({
      width: 1,
      height: 1,
    });
    const line = await accepted(await picture(quarters(5000, 1)).png().toBuffer(), 'image/png');
    expect(sizes(line.renditions)).toEqual({ small: [160, 1], medium: [480, 1] });
  });
});

describe('transparency', () => {
  it('is kept, and hidden colours stay hidden', async () => {
    const { facts, renditions } = await accepted(await transparentPng(600, 300), 'image/png');
    expect(facts.dominantColor).toBe('#2060a0');
    for (const { bytes } of renditions) {
      expect((await colourAt(bytes, 0.2, 0.5))[3]).toBe(0);
      near(await colourAt(bytes, 0.8, 0.5), [0x20, 0x60, 0xa0, 255]);
    }
  });

  it('leaves a wholly transparent picture without a dominant colour', async () => {
    const bytes = await picture({ data: Buffer.alloc(40 * 40 * 4), width: 40, height: 40, channels: 4 })
      .png()
      .toBuffer();
    const { facts } = await accepted(bytes, 'image/png');
    expect(facts.dominantColor).toBeNull();
    expect(facts.thumbhash).not.toBeNull();
  });
});

describe('colours', () => {
  const teal = [0x20, 0x90, 0x80] as const;
  const flat = (colour: readonly number[]) =>
    picture({
      data: Buffer.from(Array.from({ length: 64 * 64 }, () => colour).flat()),
      width: 64,
      height: 64,
      channels: 3,
    });

  it.each([
    ['8 bits', () => flat(teal).png()],
    ['8 bits and the sRGB profile', () => flat(teal).withIccProfile('srgb').png()],
    ['8 bits and the Display P3 profile', () => flat(teal).withIccProfile('p3').png()],
    ['16 bits', () => flat(teal).toColourspace('rgb16').png()],
    ['16 bits and the sRGB profile', () => flat(teal).toColourspace('rgb16').withIccProfile('srgb').png()],
    ['16 bits and the Display P3 profile', () => flat(teal).toColourspace('rgb16').withIccProfile('p3').png()],
  ])('of %s come out as the same sRGB', async (_, make) => {
    const { renditions } = await accepted(await make().toBuffer(), 'image/png');
    for (const { bytes } of renditions) near(await colourAt(bytes, 0.5, 0.5), teal, 4);
  });

  it('of CMYK come out as sRGB', async () => {
    const bytes = await flat(teal).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const { renditions } = await accepted(bytes, 'image/jpeg');
    for (const { bytes: webp } of renditions) near(await colourAt(webp, 0.5, 0.5), teal, 24);
  });

  it.each([
    ['grey', (image: Sharp) => image],
    ['deep grey', (image: Sharp) => image.toColourspace('grey16')],
    ['grey with alpha', (image: Sharp) => image.ensureAlpha()],
  ])('may be %s', async (_, change) => {
    const grey = sharp(Buffer.alloc(64 * 64, 0x70), { raw: { width: 64, height: 64, channels: 1 } });
    const { facts, renditions } = await accepted(await change(grey).png().toBuffer(), 'image/png');
    expect(facts.dominantColor).toBe('#707070');
    near((await colourAt(renditions[0]?.bytes ?? Buffer.alloc(0), 0.5, 0.5)).slice(0, 3), [0x70, 0x70, 0x70], 3);
  });
});

describe('other formats', () => {
  it.each(['gif', 'webp'] as const)('counts the frames of an animated %s and renders the first', async (format) => {
    const { facts, renditions } = await accepted(await animation(format, 64, 48, 1000), `image/${format}`);
    expect(facts).toMatchObject({ width: 64, height: 48, frames: 1000, dominantColor: '#000000' });
    for (const { bytes } of renditions) {
      expect((await sharp(bytes).metadata()).pages ?? 1).toBe(1);
      near((await colourAt(bytes, 0.5, 0.5)).slice(0, 3), [0, 0, 0], 3);
    }
  });

  it('reads AVIF', async () => {
    const bytes = await picture(photoPixels(640, 480)).avif({ effort: 0 }).toBuffer();
    const { facts, renditions } = await accepted(bytes, 'image/avif');
    expect(facts).toMatchObject({ width: 640, height: 480, frames: 1 });
    expect(sizes(renditions)).toEqual({ small: [160, 120], medium: [480, 360] });
  });

  it('reads WebP', async () => {
    const bytes = await picture(photoPixels(1000, 700)).webp().toBuffer();
    expect(sizes((await accepted(bytes, 'image/webp')).renditions)).toEqual({ small: [160, 112], medium: [480, 336] });
  });
});
