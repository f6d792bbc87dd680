import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { processOther } from '../../../../functions/files/checks/process-file.ts';
import { picturesHere } from '../../../../functions/files/pictures/pictures.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { fixture } from '../../../support/fixtures/fixtures.ts';

type Colour = readonly [number, number, number];

const typeOf = (name: string): string =>
  ({ avif: 'image/avif', heic: 'image/heic', webm: 'video/webm' })[name.split('.')[1] ?? ''] ?? 'video/mp4';

const verified = async (bytes: Buffer, type: string) => {
  const facts = { checksum: '', size: bytes.length };
  const outcome = type.startsWith('image')
    ? await picturesHere.verify(bytes, { ...facts, mimeType: type, maxPixels: 10_000_000 })
    : await processOther(facts, type, bufferSource(bytes));
  if (outcome.outcome !== 'ok') throw new Error(outcome.message);
  return outcome;
};

/** Colours in the middle of so many upright bars, as `medium` shows them. */
const barsOf = async (bytes: Buffer, type: string, bars: number): Promise<readonly Colour[]> => {
  const { renditions } = await verified(bytes, type);
  const medium = renditions.find(({ name }) => name === 'medium');
  const { data, info } = await sharp(medium?.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: bars }, (_, bar) => {
    const at = (Math.floor(info.height / 2) * info.width + Math.floor(((bar + 0.5) / bars) * info.width)) * 3;
    return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
  });
};
const apart = (one: readonly Colour[], other: readonly Colour[]): number =>
  Math.max(...one.flatMap((colour, bar) => colour.map((value, index) => Math.abs(value - (other[bar]?.[index] ?? 0)))));

/** Read from a canvas of Chromium 156, of the pictures. */
const CHROMIUM = {
  hlg: [
    [255, 65, 34],
    [187, 187, 187],
    [99, 99, 99],
    [0, 44, 165],
  ],
  pq: [
    [255, 0, 0],
    [254, 254, 254],
    [132, 132, 132],
    [0, 0, 255],
  ],
  p3: [
    [255, 147, 69],
    [191, 191, 191],
    [128, 128, 128],
    [45, 65, 200],
  ],
} as const;
/** Of WebP, and of the hue that is kept where sRGB ends. */
const TOLERANCE = 10;

/** A HEIC with a box of colours among its properties, and everything behind it moved. */
const withColours = (heic: Buffer, primaries: number, transfer: number): Buffer => {
  const box = Buffer.from('00000013636f6c726e636c7800000000000980', 'hex');
  box.writeUInt16BE(primaries, 12);
  box.writeUInt16BE(transfer, 14);
  const properties = heic.indexOf('ipco') - 4;
  const end = properties + heic.readUInt32BE(properties);
  const moved = Buffer.concat([heic.subarray(0, end), box, heic.subarray(end)]);
  for (const name of ['meta', 'iprp', 'ipco']) {
    const at = heic.indexOf(name) - 4;
    moved.writeUInt32BE(heic.readUInt32BE(at) + box.length, at);
  }
  const data = heic.indexOf('mdat') + 4;
  const [places, last] = [heic.indexOf('iloc'), heic.indexOf('iinf')];
  for (let at = places + 4; at + 4 <= last; at += 1) {
    if (heic.readUInt32BE(at) === data) moved.writeUInt32BE(data + box.length, at);
  }
  return moved;
};

describe('HDR', () => {
  it.each([
    ...(['avif', 'webm', 'mp4'] as const).flatMap((kind) => [
      [`colours/hlg.${kind}`, CHROMIUM.hlg] as const,
      [`colours/pq.${kind}`, CHROMIUM.pq] as const,
    ]),
    ['colours/p3.avif', CHROMIUM.p3],
  ])('looks as Chromium shows it: %s', async (name, expected) => {
    expect(apart(await barsOf(await fixture(name), typeOf(name), 4), expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('is mapped in HEIC too', async () => {
    const plain = await fixture('previews/photo.heic');
    const [[red = 0, green = 0, blue = 0] = []] = await barsOf(plain, 'image/heic', 1);
    const [[, , hlg = 0] = []] = await barsOf(withColours(plain, 9, 18), 'image/heic', 1);
    const [[, , pq = 0] = []] = await barsOf(withColours(plain, 9, 16), 'image/heic', 1);
    expect([red, green, blue].every((value, index) => Math.abs(value - ([42, 111, 151][index] ?? 0)) < 4)).toBe(true);
    // By the formulas of BT.2100 and ST 2094-50: 0.59 of HLG is 33 %, of PQ 212 nits.
    expect(hlg).toBeLessThan(blue - 10);
    expect(pq).toBeGreaterThan(blue + 10);
  });

  it('is drawn the same on request', async () => {
    const transform = {
      width: 96,
      height: null,
      fit: 'inside',
      rotate: 0,
      blur: 0,
      flatten: null,
      format: 'png',
      quality: 80,
    };
    const png = await picturesHere.transform(await fixture('colours/hlg.avif'), 'image/avif', transform as never);
    const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    const at = (32 * 96 + 12) * 3;
    expect(apart([[data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]], [CHROMIUM.hlg[0]])).toBeLessThanOrEqual(4);
  });
});

describe('the colours of a film', () => {
  it.each([
    'hd-unsaid.mp4',
    'hd-unsaid.webm',
    'hd-upright-unsaid.mp4',
    'sd-unsaid.mp4',
    'sd-says-bt709.mp4',
    'hd-says-bt601.mp4',
  ])('are those that it names, or else that its height means: %s', async (name) => {
    const colours = await barsOf(await fixture(`colours/${name}`), typeOf(name), 1);
    expect(apart(colours, [[0x10, 0xc0, 0x25]])).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe('a recording of a browser', () => {
  it.each(['recorded-vp8.webm', 'recorded-vp9.webm', 'recorded.mp4'])(
    'shows its one key frame, without an index: %s',
    async (name) => {
      const colours = await barsOf(await fixture(`colours/${name}`), typeOf(name), 2);
      expect(
        apart(colours, [
          [0x11, 0x44, 0xcc],
          [0xee, 0x88, 0x11],
        ]),
      ).toBeLessThanOrEqual(TOLERANCE);
    },
  );
});

describe('an animated AVIF', () => {
  it.each(['animated-444.avif', 'animated-deep.avif', 'animated-transparent.avif'])(
    'shows its first frame: %s',
    async (name) => {
      expect(apart(await barsOf(await fixture(`colours/${name}`), 'image/avif', 1), [[255, 0, 0]])).toBeLessThanOrEqual(
        4,
      );
    },
  );
});
