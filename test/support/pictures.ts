/**
 * Pictures made on the spot: what a camera, an editor or an attacker might upload.
 *
 * The photo is tuned for its JPEG to weigh what one of a telephone does (12 MP: about 4 MB), because the time of a
 * decode follows the number of coded coefficients and not the number of pixels.
 */
import sharp, { type Sharp } from 'sharp';

/** Uncompressed pixels, rows from the top, `channels` bytes each. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** What a photo may carry beside its pixels. */
export interface PhotoOptions {
  /** Photos of different seeds differ in every pixel. */
  readonly seed?: number;
  readonly quality?: number;
  /** EXIF orientation, 1 to 8. The pixels are left as they are. */
  readonly orientation?: number;
  /** Embeds camera, owner and position as EXIF. */
  readonly gps?: boolean;
  readonly progressive?: boolean;
}

const TILE = 1024;

/** A small, fast, seeded generator: the same photo on every run. */
const randomBytes = (seed: number) => {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
};

const OCTAVES = [
  { cell: 256, strength: 60 },
  { cell: 64, strength: 34 },
  { cell: 16, strength: 20 },
  { cell: 4, strength: 10 },
] as const;

/** Octaves of smooth noise over a tile that repeats without a seam: leaves, walls, clouds. */
const paint = (seed: number): Float32Array => {
  const next = randomBytes(seed + 77);
  const tile = new Float32Array(TILE * TILE);
  for (const { cell, strength } of OCTAVES) {
    const cells = TILE / cell;
    const lattice = Float32Array.from({ length: cells * cells }, () => (next() / 128 - 1) * strength);
    for (let y = 0; y < TILE; y++) {
      const fy = (y % cell) / cell;
      const upper = ((y / cell) | 0) * cells;
      const lower = (upper + cells) % lattice.length;
      for (let x = 0; x < TILE; x++) {
        const fx = (x % cell) / cell;
        const left = (x / cell) | 0;
        const right = (left + 1) % cells;
        const top = (lattice[upper + left] ?? 0) * (1 - fx) + (lattice[upper + right] ?? 0) * fx;
        const bottom = (lattice[lower + left] ?? 0) * (1 - fx) + (lattice[lower + right] ?? 0) * fx;
        tile[y * TILE + x] = (tile[y * TILE + x] ?? 0) + top * (1 - fy) + bottom * fy;
      }
    }
  }
  return tile;
};

const tiles = new Map<number, Float32Array>();
const texture = (seed: number): Float32Array => {
  const tile = tiles.get(seed) ?? paint(seed);
  tiles.set(seed, tile);
  return tile;
};

/** Pixels of a photo: a sky that fades, texture of every size, and the grain of a sensor. */
export const photoPixels = (width: number, height: number, seed = 1): Pixels => {
  const tile = texture(seed);
  const next = randomBytes(seed);
  const pixels = new Uint8ClampedArray(width * height * 3);
  const tint = 0.6 + (seed % 7) / 20;
  let at = 0;
  for (let y = 0; y < height; y++) {
    const sky = 190 - (y / height) * 120;
    const row = (y % TILE) * TILE;
    for (let x = 0; x < width; x++) {
      const value = sky + (tile[row + (x % TILE)] ?? 0) + (next() - 128) / 9;
      const warm = (x / width) * 40;
      pixels[at++] = value + warm;
      pixels[at++] = value;
      pixels[at++] = value * tint + 50 - warm;
    }
  }
  return { data: Buffer.from(pixels.buffer), width, height, channels: 3 };
};

/** Sharp over raw pixels, to encode them as one likes. */
export const picture = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } });

const CAMERA = {
  IFD0: { Make: 'Shelfcam', Model: 'Twelve', Copyright: 'Ada Example' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '51/1 30/1 3230/100',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 3900/100',
  },
};

/** A JPEG as a camera writes it; `photo(4000, 3000)` is the 12 MP picture of the benchmarks. */
export const photo = async (width: number, height: number, options: PhotoOptions = {}): Promise<Buffer> => {
  const { seed = 1, quality = 88, orientation, gps = false, progressive = false } = options;
  let image = picture(photoPixels(width, height, seed));
  if (gps) image = image.withExif(CAMERA);
  if (orientation !== undefined) image = image.withMetadata({ orientation });
  return image.jpeg({ quality, progressive }).toBuffer();
};

/** The same picture as other bytes: a JPEG comment after the first marker gives each copy its own checksum. */
export const distinct = (jpeg: Buffer, label: string | number): Buffer => {
  const text = Buffer.from(String(label));
  const comment = Buffer.alloc(4 + text.length);
  comment.writeUInt16BE(0xff_fe, 0);
  comment.writeUInt16BE(text.length + 2, 2);
  text.copy(comment, 4);
  return Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]);
};

/** Four coloured quarters (red, green / blue, white): whichever way a picture is turned, its corners tell. */
export const quarters = (width: number, height: number): Pixels => {
  const data = Buffer.alloc(width * height * 3);
  const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const quarter = (y * 2 < height ? 0 : 2) + (x * 2 < width ? 0 : 1);
      data.writeUIntBE(colours[quarter] ?? 0, (y * width + x) * 3, 3);
    }
  }
  return { data, width, height, channels: 3 };
};

/** A JPEG that shows these pixels upright to a person, stored turned or mirrored in one of the eight ways of EXIF. */
export const storedTurned = async (upright: Pixels, orientation: number): Promise<Buffer> => {
  let image = picture(upright);
  // The inverse of what a viewer does for each orientation; sharp mirrors before it turns.
  if (orientation === 2) image = image.flop();
  if (orientation === 3) image = image.rotate(180);
  if (orientation === 4) image = image.flip();
  if (orientation === 5) image = image.flop().rotate(270);
  if (orientation === 6) image = image.rotate(270);
  if (orientation === 7) image = image.flop().rotate(90);
  if (orientation === 8) image = image.rotate(90);
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return picture({ data, width: info.width, height: info.height, channels: 3 })
    .withMetadata({ orientation })
    .jpeg({ quality: 95 })
    .toBuffer();
};

/** The quarters, stored turned. `width` and `height` are those that a person sees. */
export const orientedJpeg = (width: number, height: number, orientation: number): Promise<Buffer> =>
  storedTurned(quarters(width, height), orientation);

/** A PNG whose left half is transparent and whose right half has one opaque colour. */
export const transparentPng = (width: number, height: number): Promise<Buffer> => {
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < data.length; at += 4) {
    data.writeUInt32BE((at / 4) % width < width / 2 ? 0xff00ff00 : 0x2060a0ff, at);
  }
  return picture({ data, width, height, channels: 4 }).png().toBuffer();
};

/** An animation of as many frames, the first black and each of another grey than the one before, or encoders would merge them. */
export const animation = (format: 'gif' | 'webp', width: number, height: number, frames: number): Promise<Buffer> => {
  const data = Buffer.alloc(width * height * 3 * frames);
  for (let frame = 0; frame < frames; frame++) {
    data.fill((frame * 97) % 256, frame * width * height * 3, (frame + 1) * width * height * 3);
  }
  const film = sharp(data, {
    raw: { width, height: height * frames, channels: 3, pageHeight: height },
    limitInputPixels: false,
  });
  return (format === 'gif' ? film.gif({ loop: 0 }) : film.webp({ effort: 0, loop: 0 })).toBuffer();
};
