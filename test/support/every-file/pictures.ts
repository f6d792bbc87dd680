/** Pictures of every kind that is accepted, in the shapes in which cameras, editors and scanners write them. */
import sharp, { type Sharp } from 'sharp';
import type { PictureMetadata } from '../../../functions/domain/file-metadata.ts';
import { fixture } from '../fixtures.ts';
import { animation, photo, picture, quarters, storedTurned, transparentPng } from '../pictures.ts';
import { described, type ExpectedFile, type Kept, kept, type Spot } from './expected.ts';

const BLUE = [0, 0, 4] as const;
const RED = [4, 0, 0] as const;
const WHITE = [4, 4, 4] as const;
/** The upper corners of what `quarters` draws: whichever way a picture is turned, they tell. */
const QUARTERS: readonly Spot[] = [
  [0.1, 0.1, RED],
  [0.9, 0.1, [0, 4, 0]],
  [0.1, 0.9, BLUE],
];

const showing = (
  width: number,
  height: number,
  says: Partial<PictureMetadata>,
  more: Partial<Kept> = {},
): Omit<Kept, 'status'> => ({
  record: { width, height },
  shows: { size: [width, height], spots: QUARTERS },
  metadata: { picture: { width, height, orientation: 1, frames: 1, ...says } },
  text: 'unasked',
  ...more,
});

const drawn = () => picture(quarters(240, 160));
const printed = () => drawn().toColourspace('cmyk');
const encoded = (name: string, type: string, encode: (image: Sharp) => Sharp, says: Partial<PictureMetadata>) =>
  kept(name, type, () => encode(drawn()).toBuffer(), showing(240, 160, says));

/** Writing that stands upright for a person, with a small red corner, stored turned or mirrored in one of eight ways. */
const turnedWriting = async (orientation: number): Promise<Buffer> => {
  const corner = { create: { width: 30, height: 30, channels: 3, background: '#f00' } } as const;
  const { data, info } = await sharp(await fixture('printed/scanned.png'))
    .composite([{ input: corner, left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return storedTurned({ data, width: info.width, height: info.height, channels: 3 }, orientation);
};
const WRITTEN = ['The lamps of the harbour were lit at seven.'];

const orientations = Array.from({ length: 8 }, (_, index) => {
  const orientation = index + 1;
  return kept(`stored-${orientation}.jpg`, 'image/jpeg', () => turnedWriting(orientation), {
    ...showing(750, 250, { orientation, colorSpace: 'srgb' }),
    shows: { size: [750, 250], spots: [[0.02, 0.06, RED]] },
    text: WRITTEN,
  });
});

const described96 = (path: string): ExpectedFile =>
  described(path, { record: { width: 96, height: 64 }, shows: { size: [96, 64] }, text: 'unasked' });

export const PICTURES: readonly ExpectedFile[] = [
  ...orientations,
  kept('written.png', 'image/png', () => fixture('printed/scanned.png'), {
    ...showing(750, 250, { colorSpace: 'srgb', depth: 8 }),
    shows: { size: [750, 250], spots: [[0.99, 0.01, WHITE]] },
    text: WRITTEN,
  }),
  ...[
    'picture/bare.jpg',
    'picture/camera.avif',
    'picture/camera.heic',
    'picture/camera.jpg',
    'picture/camera.png',
    'picture/camera.webp',
    'picture/five-frames.gif',
    'picture/iptc.jpg',
    'picture/south-west.jpg',
    'picture/text.png',
    'picture/xmp.jpg',
  ].map(described96),
  described('picture/turned.jpg', {
    record: { width: 64, height: 96 },
    shows: { size: [64, 96] },
    text: 'unasked',
  }),
  encoded('progressive.jpg', 'image/jpeg', (image) => image.jpeg({ progressive: true }), { colorSpace: 'srgb' }),
  ...[false, true].map((progressive) =>
    kept(
      `cmyk${progressive ? '-progressive' : ''}.jpg`,
      'image/jpeg',
      () => printed().jpeg({ progressive }).toBuffer(),
      {
        ...showing(240, 160, { colorSpace: 'cmyk' }),
        // Ink shows no such green.
        shows: { size: [240, 160], spots: [QUARTERS[0] ?? [0, 0, RED], [0.9, 0.9, WHITE]] },
        text: progressive ? 'unasked' : 'picture',
      },
    ),
  ),
  kept('grey.jpg', 'image/jpeg', () => drawn().toColourspace('b-w').jpeg().toBuffer(), {
    ...showing(240, 160, { colorSpace: 'b-w' }),
    shows: { size: [240, 160], spots: [[0.9, 0.9, WHITE]] },
  }),
  encoded('display-p3.jpg', 'image/jpeg', (image) => image.withIccProfile('p3').jpeg({ chromaSubsampling: '4:4:4' }), {
    colorSpace: 'srgb',
  }),
  encoded('sixteen-bit.png', 'image/png', (image) => image.toColourspace('rgb16').png(), {
    colorSpace: 'rgb16',
    depth: 16,
  }),
  encoded('interlaced.png', 'image/png', (image) => image.png({ progressive: true }), { depth: 8 }),
  encoded('palette.png', 'image/png', (image) => image.png({ palette: true }), { colorSpace: 'srgb' }),
  ...(['png', 'webp', 'avif'] as const).map((format) =>
    kept(
      `transparent.${format}`,
      `image/${format}`,
      async () =>
        sharp(await transparentPng(240, 160))
          .toFormat(format)
          .toBuffer(),
      { ...showing(240, 160, { alpha: true }), shows: { size: [240, 160] }, text: 'picture' },
    ),
  ),
  encoded('lossless.webp', 'image/webp', (image) => image.webp({ lossless: true }), { colorSpace: 'srgb' }),
  encoded('still.gif', 'image/gif', (image) => image.gif(), { frames: 1 }),
  encoded('small.avif', 'image/avif', (image) => image.avif({ effort: 0 }), { colorSpace: 'srgb' }),
  ...(['gif', 'webp'] as const).map((format) =>
    kept(`thousand-frames.${format}`, `image/${format}`, () => animation(format, 30, 20, 1000), {
      ...showing(30, 20, { frames: 1000 }),
      shows: { size: [30, 20], spots: [[0.5, 0.5, [0, 0, 0]]] },
      text: 'picture',
    }),
  ),
  kept('one-pixel.png', 'image/png', () => picture(quarters(1, 1)).png().toBuffer(), {
    ...showing(1, 1, {}),
    shows: { size: [1, 1] },
  }),
  kept('panorama.jpg', 'image/jpeg', () => picture(quarters(2560, 16)).jpeg().toBuffer(), {
    ...showing(2560, 16, {}),
    shows: { size: [1280, 8] },
  }),
  kept('photo.jpg', 'image/jpeg', () => photo(1600, 1200, { gps: true }), {
    ...showing(1600, 1200, { colorSpace: 'srgb' }),
    shows: { size: [1280, 960] },
  }),
  kept('telephone.heic', 'image/heic', () => fixture('previews/photo.heic'), {
    ...showing(320, 200, { colorSpace: 'srgb' }),
    shows: {
      size: [320, 200],
      spots: [
        [0.1, 0.1, RED],
        [0.9, 0.9, [1, 2, 2]],
      ],
    },
    text: 'picture',
  }),
  ...['animated-444.avif', 'animated-deep.avif', 'animated-transparent.avif'].map((name) =>
    kept(name, 'image/avif', () => fixture(`colours/${name}`), {
      ...showing(96, 64, {}),
      shows: { size: [96, 64], spots: name.includes('transparent') ? [] : [[0.5, 0.5, RED]] },
    }),
  ),
  ...[false, true].map((progressive) =>
    kept(
      `no-end${progressive ? '-progressive' : ''}.jpg`,
      'image/jpeg',
      async () => (await drawn().jpeg({ progressive }).toBuffer()).subarray(0, -2),
      { ...showing(240, 160, { colorSpace: 'srgb' }), record: { width: 240, height: 160, warnings: ['NO_END'] } },
    ),
  ),
];
