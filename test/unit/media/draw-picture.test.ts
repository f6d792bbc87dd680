import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { MediaError } from '../../../functions/domain/errors.ts';
import { picturesInProcess } from '../../../functions/files/pictures/pictures-in-process.ts';
import { drawOriginal } from '../../../functions/media/draw-original.ts';
import { drawPicture } from '../../../functions/media/draw-picture.ts';
import type { DrawingAnswer, DrawingOrder } from '../../../functions/media/drawing-order.ts';
import { orderDrawing } from '../../../functions/media/order-drawing.ts';
import { jpegOfScans } from '../../support/fixtures/costly-pictures.ts';
import { pdf, textPage } from '../../support/fixtures/pdf.ts';
import { photo } from '../../support/fixtures/pictures.ts';

const RESULT = { key: 'renditions/team/record/version/large.webp', contentType: 'image/webp' };

/** A bucket with one original, and the function that draws it. */
const studio = (bytes: Uint8Array, mimeType: string) => {
  const written = new Map<string, { bytes: Uint8Array; contentType: string }>();
  const draw = drawPicture({
    files: {
      readRange: async (_, start, length) => bytes.subarray(start, start + length),
      write: async (key, body, contentType) => {
        written.set(key, { bytes: body, contentType });
      },
    },
    ...drawOriginal(picturesInProcess({ env: {} })),
  });
  const order = (picture: DrawingOrder['picture'], page = 1): DrawingOrder => ({
    original: { key: 'originals/team/record/version', size: bytes.length, mimeType, page },
    picture,
    result: RESULT,
  });
  return { written, draw, order };
};

const rendition = { rendition: 'large' } as const;

describe('a drawing that was ordered', () => {
  it('is stored under the key of the order, and answers its size', async () => {
    const { written, draw, order } = studio(await photo(1600, 1200), 'image/jpeg');
    const answer = await draw(order(rendition));
    const stored = written.get(RESULT.key);
    expect([...written.keys()]).toEqual([RESULT.key]);
    expect([answer, stored?.contentType]).toEqual([{ size: stored?.bytes.length }, 'image/webp']);
    const { width, height } = await sharp(stored?.bytes).metadata();
    expect({ width, height }).toEqual({ width: 1280, height: 960 });
  });

  it.each([
    ['promises too much work', () => jpegOfScans(1000, 2000), 'image/jpeg', 1, 'CONTENT_UNAVAILABLE'],
    ['is broken', async () => (await photo(64, 48)).subarray(0, 300), 'image/jpeg', 1, 'CONTENT_UNAVAILABLE'],
    ['has no such page', () => pdf([textPage([])]), 'application/pdf', 7, 'VALIDATION'],
  ] as const)('is refused in words, without an error, when the file %s', async (_, bytes, type, page, code) => {
    const { written, draw, order } = studio(await bytes(), type);
    expect(await draw(order(rendition, page))).toEqual({ refusal: { code, message: expect.any(String) } });
    expect(written.size).toBe(0);
  });

  it('throws what is no fault of the file', async () => {
    const write = async () => {
      throw new MediaError('INTERNAL', 'the bucket is away');
    };
    const drawn = async () => new Uint8Array(1);
    const files = { readRange: async () => new Uint8Array(1), write };
    const draw = drawPicture({ files, render: drawn, renderTransform: drawn });
    await expect(draw(studio(new Uint8Array(1), 'image/png').order(rendition))).rejects.toThrow('the bucket is away');
  });
});

describe('an order to draw', () => {
  const { order } = studio(new Uint8Array(1), 'image/png');
  const answered = (answer: unknown) => orderDrawing({ ask: async () => answer })(order(rendition));

  it('ends with the picture, or with the refusal that the file gives reason for', async () => {
    await expect(answered({ size: 1 } satisfies DrawingAnswer)).resolves.toBeUndefined();
    const refusal = { code: 'VALIDATION', message: 'The document has no page 7' } as const;
    await expect(answered({ refusal } satisfies DrawingAnswer)).rejects.toMatchObject(refusal);
  });

  it.each([
    null,
    {},
    'drawn',
    { size: 'much' },
    { refusal: { code: 'UNAUTHORIZED', message: 'Send your password' } },
    { refusal: { code: 'VALIDATION', message: 'x'.repeat(201) } },
    { size: 1, location: 'https://evil.example' },
  ])('takes no other answer, since a file may have taken over what gives it: %j', async (answer) => {
    await expect(answered(answer)).rejects.not.toBeInstanceOf(MediaError);
  });

  it('asks its caller to come again when too much is being drawn', async () => {
    const ask = async () => {
      throw Object.assign(new Error('Rate exceeded'), { name: 'TooManyRequestsException' });
    };
    await expect(orderDrawing({ ask })(order(rendition))).rejects.toMatchObject({ code: 'BUSY', retryAfter: 2 });
  });
});
