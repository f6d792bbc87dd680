import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { hasTransparency } from '../../../functions/files/formats/webp.ts';
import { opacity } from '../../../functions/media/opacity.ts';
import { aRecord } from '../../support/drivers/library.ts';

const filled = (alpha: number) =>
  sharp({ create: { width: 20, height: 20, channels: 4, background: { r: 200, g: 20, b: 20, alpha } } });
const glass = () =>
  filled(1).composite([
    { input: { create: { width: 9, height: 9, channels: 4, background: '#fff0' } }, blend: 'source' },
  ]);

describe('the first bytes of a WebP file', () => {
  it.each([
    ['lossy, with holes', () => filled(0.5).webp(), true],
    ['lossy, with an alpha channel that hides all', () => filled(1).webp(), false],
    ['lossy, without alpha', () => filled(1).removeAlpha().webp(), false],
    ['lossless, with holes', () => glass().webp({ lossless: true }), true],
    ['lossless, without alpha', () => filled(1).removeAlpha().webp({ lossless: true }), false],
  ] as const)('say whether something shines through: %s', async (_, made, seen) => {
    const bytes = await made().toBuffer();
    expect(hasTransparency(bytes.subarray(0, 32))).toBe(seen);
    expect((await sharp(bytes).metadata()).hasAlpha).toBe(seen);
  });

  it('say nothing where there are none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('RIFF'), Buffer.alloc(32, 1)])
      expect(hasTransparency(bytes)).toBeUndefined();
  });
});

describe('whether a picture is opaque', () => {
  const reading = (head: Uint8Array | undefined) => {
    const reads: string[] = [];
    const files = {
      readRange: async (key: string) => {
        reads.push(key);
        return head;
      },
    };
    return { isOpaque: opacity({ files }), reads };
  };

  it('is read once, and not at all for types that have no transparency', async () => {
    const { isOpaque, reads } = reading(await filled(0.5).webp().toBuffer());
    const record = aRecord({ mimeType: 'image/png' });
    expect([await isOpaque(record), await isOpaque(record)]).toEqual([false, false]);
    expect(await isOpaque(aRecord({ mimeType: 'image/jpeg' }))).toBe(true);
    expect(reads).toHaveLength(1);
  });

  it('is answered with no where it is unknown, and examined again', async () => {
    const { isOpaque, reads } = reading(undefined);
    const record = aRecord({ mimeType: 'image/gif' });
    expect([await isOpaque(record), await isOpaque(record)]).toEqual([false, false]);
    expect(reads).toHaveLength(2);
  });
});
