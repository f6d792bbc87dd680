import { describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { picturesHere } from '../../../../functions/files/pictures/pictures.ts';
import { picture, quarters } from '../../../support/fixtures/pictures.ts';

const verify = (bytes: Buffer) =>
  picturesHere.verify(bytes, { checksum: '', size: bytes.length, mimeType: 'image/jpeg', maxPixels: 10_000_000 });
const drawn = () => picture(quarters(200, 120));
const MEMBERS: readonly (readonly [string, (image: Sharp) => Sharp])[] = [
  ['baseline', (image) => image.jpeg()],
  ['progressive', (image) => image.jpeg({ progressive: true })],
  ['grey', (image) => image.toColourspace('b-w').jpeg()],
  ['CMYK', (image) => image.toColourspace('cmyk').jpeg()],
];
const jpeg = (encode: (image: Sharp) => Sharp) => encode(drawn()).toBuffer();
const withoutEnd = (bytes: Buffer) => bytes.subarray(0, bytes.length - 2);

describe('a JPEG without the marker of its end', () => {
  it.each(MEMBERS)('is accepted with a warning, and drawn as the whole one: %s', async (_, encode) => {
    const whole = await jpeg(encode);
    const [honest, open] = [await verify(whole), await verify(withoutEnd(whole))];
    if (honest.outcome !== 'ok' || open.outcome !== 'ok') throw new Error('refused');
    expect(honest.facts.warnings).toBeUndefined();
    expect(open.facts).toEqual({ ...honest.facts, size: whole.length - 2, warnings: ['NO_END'] });
    expect(open.renditions).toEqual(honest.renditions);
    const large = (bytes: Buffer) => picturesHere.draw(bytes, 'image/jpeg', 'large');
    expect(await large(withoutEnd(whole))).toEqual(await large(whole));
  });

  it('may have half of the marker, or zeros in its place', async () => {
    const whole = await jpeg((image) => image.jpeg());
    for (const end of ['ff', '00', '0000000000000000']) {
      const bytes = Buffer.concat([withoutEnd(whole), Buffer.from(end, 'hex')]);
      expect(await verify(bytes)).toMatchObject({ outcome: 'ok', facts: { warnings: ['NO_END'] } });
    }
  });

  it.each(MEMBERS)('is refused when more than the marker is missing: %s', async (_, encode) => {
    const whole = await jpeg(encode);
    const data = whole.indexOf(Buffer.from('ffda', 'hex')) + 20;
    for (let part = 0; part < 12; part += 1) {
      const cut = whole.subarray(0, data + Math.floor(((whole.length - 24 - data) * part) / 11));
      expect(await verify(cut)).toMatchObject({ outcome: 'failed', code: 'DECODE_ERROR' });
      expect(await verify(Buffer.concat([cut, Buffer.alloc(500)]))).toMatchObject({ outcome: 'failed' });
    }
  });

  it('is refused when it ends between two of its scans', async () => {
    const whole = await jpeg((image) => image.jpeg({ progressive: true }));
    const starts: number[] = [];
    for (let at = whole.indexOf('ffda', 0, 'hex'); at !== -1; at = whole.indexOf('ffda', at + 2, 'hex'))
      starts.push(at);
    expect(starts.length).toBeGreaterThan(5);
    for (const start of starts.slice(1)) {
      const tables = whole.lastIndexOf('ffc4', start, 'hex');
      const end = tables > (starts[starts.indexOf(start) - 1] ?? 0) ? tables : start;
      expect(await verify(whole.subarray(0, end))).toMatchObject({ outcome: 'failed', code: 'DECODE_ERROR' });
    }
  });

  it('is no reason to be stricter with what stands behind an end', async () => {
    const trailed = Buffer.concat([await jpeg((image) => image.jpeg()), Buffer.from('a film of two seconds')]);
    const outcome = await verify(trailed);
    expect(outcome).toMatchObject({ outcome: 'ok' });
    expect(outcome).not.toHaveProperty('facts.warnings');
    expect((await sharp(trailed).metadata()).width).toBe(200);
  });
});
