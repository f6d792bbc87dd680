import { describe, expect, it } from '@jest/globals';
import { drawPreview } from '../../../../functions/files/previews/draw-preview.ts';
import { type IsolationLimits, isolate } from '../../../../functions/files/previews/isolate.ts';
import { SandboxEndedError } from '../../../../functions/sandbox/limits.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { colouredPages } from '../../../support/fixtures/coloured-pages.ts';
import { fixture } from '../../../support/fixtures/preview-fixtures.ts';

const job = { maker: 'pdf', mimeType: 'application/pdf', box: 100, page: 1 } as const;
const film = (limits: Partial<IsolationLimits>) =>
  drawPreview({ source: bufferSource(fixture('moov-first.mp4')), mimeType: 'video/mp4', limits });
const card = { width: 960, height: 1280 };

/** Never answers, and counts how often it was asked. */
const silence = () => {
  let asked = 0;
  const read = () => {
    asked += 1;
    return new Promise<Uint8Array>(() => {});
  };
  return { source: { size: 1000, read }, asked: () => asked };
};

describe('a decoder', () => {
  it('that does not come to an end is ended, and tried once more', async () => {
    const { source, asked } = silence();
    await expect(isolate(job, source, { wallMs: 8000 })).rejects.toThrow(SandboxEndedError);
    expect(asked()).toBe(2);
  });

  it('that computes too long is ended, and its film has a card', async () =>
    expect(await film({ cpuMs: 1 })).toMatchObject(card));

  it('has no more memory than it is given', async () => {
    const page = { source: bufferSource(colouredPages('1 0 0')), mimeType: 'application/pdf', box: 4000 };
    expect(await drawPreview({ ...page, limits: { memoryBytes: 2 ** 25 } })).toMatchObject(card);
  });

  it('does not read more of a file than it may', async () => expect(await film({ readBytes: 1 })).toMatchObject(card));

  it('that was ended leaves the next one alone', async () => {
    const pdf = colouredPages('1 0 0');
    const [stuck, sound] = await Promise.allSettled([
      isolate(job, silence().source, { wallMs: 1000 }),
      isolate(job, bufferSource(pdf)),
    ]);
    expect([stuck.status, sound.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('is not blamed for an error of the storage', async () => {
    const source = { size: 1000, read: () => Promise.reject(new Error('connection reset')) };
    await expect(isolate(job, source)).rejects.toThrow('connection reset');
  });
});
