import sharp, { type Sharp } from 'sharp';

/** The expected outcome of a file. Dimensions are in display orientation, EXIF applied. */
export type Expectation =
  | { readonly status: 'active'; readonly width: number; readonly height: number }
  | { readonly status: 'rejected' | 'failed'; readonly code: string }
  /** A file that cannot be read, for any reason. */
  | { readonly status: 'refused' };

/** A file to upload, and its expected outcome. */
export interface Photo {
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  /** Read when its turn comes, so that a folder of any size fits into memory. */
  readonly read: () => Promise<Buffer>;
  readonly expect: Expectation;
}

type MadePhoto = Omit<Photo, 'size' | 'read'> & { readonly bytes: Buffer };

const active = (width: number, height: number): Expectation => ({ status: 'active', width, height });

/** A landscape in which up, down, left and right differ, so that a wrong orientation is visible. */
const scene = (width: number, height: number, hue: number): Sharp =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 400 300" preserveAspectRatio="none">
      <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue},75%,45%)"/><stop offset="1" stop-color="hsl(${hue + 50},85%,82%)"/></linearGradient></defs>
      <rect width="400" height="300" fill="url(#sky)"/><circle cx="310" cy="75" r="34" fill="hsl(48,95%,75%)"/>
      <path d="M0 230 90 110l60 75 55-60 95 105z" fill="hsl(${hue + 190},28%,38%)"/>
      <path d="M0 215q110-35 210 10t190-15v90H0z" fill="hsl(${hue + 120},35%,30%)"/>
      <path d="m60 270 18-60 18 60zm60 8 14-44 14 44z" fill="hsl(${hue + 130},45%,18%)"/></svg>`),
  );

/** The pixels of the sensor: EXIF 5 to 8 mean that the picture is stored rotated. */
const oriented = async (orientation: number): Promise<MadePhoto> => {
  const [width, height] = [1200 + orientation * 40, 900];
  const bytes = await scene(width, height, orientation * 40)
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();
  const expect = orientation < 5 ? active(width, height) : active(height, width);
  return { name: `orientation-${orientation}.jpg`, mimeType: 'image/jpeg', bytes, expect };
};

const withPosition = async (): Promise<MadePhoto> => {
  const IFD0 = { Make: 'Mediashelf', Model: 'Demo camera', Artist: 'Unknown' };
  const IFD3 = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 51/1 30/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '2/1 17/1 40/1',
  };
  const bytes = await scene(2400, 1600, 200).withExif({ IFD0, IFD3 }).jpeg({ quality: 88 }).toBuffer();
  return { name: 'holiday with position.jpg', mimeType: 'image/jpeg', bytes, expect: active(2400, 1600) };
};

/** Grain, so that it has the size of a photo; made small and enlarged, because noise of 12 MP takes seconds to make. */
const large = async (): Promise<MadePhoto> => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
  const grain = await sharp({ create: { width: 1000, height: 750, channels: 3, background: '#000', noise } })
    .png()
    .toBuffer();
  const grainy = await scene(1000, 750, 15)
    .composite([{ input: grain, blend: 'soft-light' }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  const bytes = await sharp(grainy).resize(4000, 3000, { kernel: 'linear' }).jpeg({ quality: 80 }).toBuffer();
  return { name: 'twelve megapixels.jpg', mimeType: 'image/jpeg', bytes, expect: active(4000, 3000) };
};

const transparent = async (): Promise<MadePhoto> => {
  const disc = Buffer.from(
    '<svg width="640" height="480"><circle cx="320" cy="240" r="200" fill="#b4431f" fill-opacity=".6"/></svg>',
  );
  return {
    name: 'transparent "disc".png',
    mimeType: 'image/png',
    bytes: await sharp(disc).png().toBuffer(),
    expect: active(640, 480),
  };
};

const animated = async (): Promise<MadePhoto> => {
  const frames = await Promise.all([0, 60, 120, 180, 240, 300].map((hue) => scene(320, 240, hue).png().toBuffer()));
  const bytes = await sharp(frames, { join: { animated: true } })
    .gif({ delay: frames.map(() => 120) })
    .toBuffer();
  return { name: 'animated.gif', mimeType: 'image/gif', bytes, expect: active(320, 240) };
};

const tiny = async (): Promise<MadePhoto> => ({
  name: 'tiny.png',
  mimeType: 'image/png',
  bytes: await scene(48, 32, 280).png().toBuffer(),
  expect: active(48, 32),
});

const webp = async (): Promise<MadePhoto> => ({
  name: 'été à la mer.webp',
  mimeType: 'image/webp',
  bytes: await scene(1024, 768, 180).webp().toBuffer(),
  expect: active(1024, 768),
});

const avif = async (): Promise<MadePhoto> => ({
  name: 'small.avif',
  mimeType: 'image/avif',
  bytes: await scene(400, 300, 330).avif({ effort: 2 }).toBuffer(),
  expect: active(400, 300),
});

const corrupt = async (): Promise<MadePhoto> => {
  const whole = await scene(1600, 1200, 90).jpeg().toBuffer();
  const bytes = whole.subarray(0, Math.floor(whole.length / 2));
  return { name: 'cut short.jpg', mimeType: 'image/jpeg', bytes, expect: { status: 'failed', code: 'DECODE_ERROR' } };
};

const disguised = (): MadePhoto => ({
  name: 'page.png',
  mimeType: 'image/png',
  bytes: Buffer.from('<!doctype html><title>Not a picture</title><script>alert(1)</script>\n'),
  expect: { status: 'rejected', code: 'CONTENT_MISMATCH' },
});

/** Makes the demo's own set: every orientation, metadata to lose, transparency, motion, and two files that must fail. */
export const generatePhotos = async (): Promise<readonly Photo[]> => {
  const made = await Promise.all([
    ...[1, 2, 3, 4, 5, 6, 7, 8].map(oriented),
    withPosition(),
    large(),
    transparent(),
    animated(),
    tiny(),
    webp(),
    avif(),
    corrupt(),
    disguised(),
  ]);
  return made.map(({ bytes, ...photo }) => ({ ...photo, size: bytes.length, read: async () => bytes }));
};
