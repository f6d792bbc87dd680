import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { metadataReader } from '../../../../functions/files/metadata/metadata-reader.ts';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { MAX_PIXELS } from '../../../../functions/files/pictures/image-header.ts';
import { picturesHere } from '../../../../functions/files/pictures/pictures.ts';
import { picturesInProcess } from '../../../../functions/files/pictures/pictures-in-process.ts';
import { drawOriginal } from '../../../../functions/media/draw-original.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';
import { jpegOfScans } from '../../../support/fixtures/costly-pictures.ts';
import { html, truncated } from '../../../support/fixtures/hostile-files.ts';
import { photo } from '../../../support/fixtures/pictures.ts';
import { fixture } from '../../../support/fixtures/preview-fixtures.ts';
import { inProcess, LOOP, NATIVE } from '../../sandbox/codes.ts';

const JPEG = 'image/jpeg';
const about = { mimeType: JPEG, checksum: 'sum', size: 5, maxPixels: MAX_PIXELS };
const pictures = picturesInProcess({ env: {} });
/** A process that is badly off at the first task, and tells its task otherwise. */
const bad = (name: string, work: string, limits = {}, repeats = false) =>
  picturesInProcess({ env: {}, entry: inProcess(name, work), limits, repeats });

const scratch = mkdtempSync(join(tmpdir(), 'scratch-'));
const usual = process.env.TMPDIR;
beforeAll(() => {
  process.env.TMPDIR = scratch;
});
afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(scratch, { recursive: true });
});

describe('a picture that is decoded in a process', () => {
  it('turns out as it does in this one', async () => {
    const bytes = await photo(640, 480, { gps: true });
    const here = await picturesHere.verify(bytes, about);
    expect(here).toMatchObject({
      outcome: 'ok',
      facts: { width: 640, checksum: 'sum' },
      metadata: { picture: { width: 640 } },
    });
    expect(await pictures.verify(bytes, about)).toEqual(here);
    expect(await pictures.verify(truncated(bytes), about)).toMatchObject({ outcome: 'failed', code: 'DECODE_ERROR' });
    expect(await pictures.verify(html, about)).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
    expect(await pictures.verify(fixture('photo.heic'), { ...about, mimeType: 'image/heic' })).toMatchObject({
      outcome: 'ok',
    });
  });

  it('is drawn and read there, too', async () => {
    const bytes = await photo(640, 480, { gps: true });
    const original = { source: bufferSource(bytes), mimeType: JPEG, page: 1 };
    const transform = {
      ...{ width: 100, height: null, fit: 'cover', position: 'center', rotate: 0, blur: 0, flatten: null },
      ...{ format: 'webp', quality: 80 },
    } as unknown as Parameters<typeof picturesHere.transform>[2];
    const draw = drawOriginal(pictures);
    expect(Buffer.from(await draw.render(original, 'large'))).toEqual(await picturesHere.draw(bytes, JPEG, 'large'));
    expect(Buffer.from(await draw.renderTransform(original, transform))).toEqual(
      await picturesHere.transform(bytes, JPEG, transform),
    );
    expect(await metadataReader(pictures)(original.source, JPEG)).toEqual(await readMetadata(original.source, JPEG));
  });

  it('leaves no file behind', async () => {
    await pictures.verify(await photo(64, 48), about);
    await bad('leaves', LOOP, { cpuMs: 200 }).verify(await photo(64, 48), about);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it.each([
    ['takes too long', 'slow', NATIVE, { wallMs: 1000 }],
    ['takes too much processor time', 'busy', NATIVE, { cpuMs: 300 }],
    [
      'takes too much memory',
      'greedy',
      'globalThis.all = Buffer.alloc(2 ** 29, 1); await new Promise(() => {});',
      { memoryBytes: 2 ** 28 },
    ],
    ['ends the decoder', 'deadly', "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});", {}],
  ])('has failed when decoding it %s, in words that say so', async (words, name, work, limits) => {
    const bytes = await photo(64, 48);
    const sandbox = bad(name, work, limits);
    expect(await sandbox.verify(bytes, about)).toEqual({
      outcome: 'failed',
      code: 'DECODE_ERROR',
      message: `The picture cannot be read: decoding it ${words}.`,
    });
    await expect(sandbox.draw(bytes, JPEG, 'large')).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' });
    expect(await metadataReader(sandbox)(bufferSource(bytes), JPEG)).toMatchObject({
      contentType: JPEG,
      picture: null,
    });
  });

  it('is tried again when the machine may be to blame, and it alone', async () => {
    const bytes = await photo(64, 48);
    const once = (name: string, work: string) => `
      const { existsSync, writeFileSync } = await import('node:fs');
      if (existsSync('${scratch}-${name}')) return { outcome: 'again' };
      writeFileSync('${scratch}-${name}', '');
      ${work}`;
    const dying = bad(
      'once-dying',
      once('a', "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});"),
      {},
      true,
    );
    expect(await dying.verify(bytes, about)).toEqual({ outcome: 'again' });
    const busy = bad('once-busy', once('b', LOOP), { cpuMs: 300 }, true);
    expect(await busy.verify(bytes, about)).toMatchObject({ code: 'DECODE_ERROR' });
    for (const name of ['a', 'b']) rmSync(`${scratch}-${name}`);
  });

  it('never gets there when it promises too much work', async () => {
    const never = bad('never', "throw new Error('decoded')");
    const bytes = jpegOfScans(9000, 2000);
    expect(await never.verify(bytes, about)).toMatchObject({ outcome: 'rejected', code: 'WORK_LIMIT' });
    await expect(never.draw(bytes, JPEG, 'large')).rejects.toMatchObject({ code: 'CONTENT_UNAVAILABLE' });
  });

  it('is not blamed for a fault of the program', async () => {
    await expect(bad('faulty', "throw new Error('no sharp')").verify(await photo(64, 48), about)).rejects.toThrow(
      'no sharp',
    );
  });
});
