import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { checkDocument } from '../../../../functions/files/checks/check-document.ts';
import { examineWith } from '../../../../functions/files/checks/examine-file.ts';
import { processFile } from '../../../../functions/files/checks/process-file.ts';
import { processLarge } from '../../../../functions/files/checks/process-large.ts';
import { picturesHere } from '../../../../functions/files/pictures/pictures.ts';
import { drawPreview } from '../../../../functions/files/previews/draw-preview.ts';
import { linesOf } from '../../../../functions/files/previews/plain-text.ts';
import { type ByteSource, bufferSource } from '../../../../functions/shared/byte-source.ts';
import { pdf } from '../../../support/fixtures/hostile-files.ts';
import { webm } from '../../../support/fixtures/least-files.ts';
import { accepted } from './verify.ts';

const HIGHEST = 0x10ffff;
/** Every character of the categories that have nothing to show, and samples of those without a meaning. */
const unseen = (): readonly string[] => {
  const found: string[] = [];
  for (let code = 0; code <= HIGHEST; code += 1) {
    const character = String.fromCodePoint(code);
    const isSample = code % 60_013 === 0 && /[\p{Co}\p{Cn}]/u.test(character);
    if (isSample || /[\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/u.test(character)) found.push(character);
  }
  return [...found, '\u2800', '\ufffc', '\u3164', '\ufe0f', '\ufdd0', '\u0378', '\ue000'];
};

describe('a text that shows nothing', () => {
  it('has a card, whatever its only character is', async () => {
    const characters = unseen();
    expect(characters.length).toBeGreaterThan(150);
    for (const character of characters) await accepted(Buffer.from(character), 'text/plain');
  }, 180_000);

  it.each([
    ['zero-width spaces and soft hyphens', '\u200b\u00ad\u2060\u180e\u200e\u061c'],
    ['marks of tags and annotations', '\u{e0041}\ufff9\ufffa\ufffb\ufffc'],
    ['patterns of Braille without a dot', '\u2800\u2800\n\u2800'],
    ['ends of lines', '\u2028\u2029\n\u2028'],
  ])('has no lines to draw: %s', (_, text) => expect(linesOf([{ text }])).toMatchObject({ kind: 'nothing' }));

  it('is no higher for the separators in its lines', async () => {
    const text = Array(48).fill('a\u2028'.repeat(80)).join('\n');
    expect(linesOf([{ text }])).toEqual({ kind: 'lines', lines: Array(48).fill('a') });
    await accepted(Buffer.from(text), 'text/plain');
    const source = bufferSource(Buffer.from(text));
    expect(await drawPreview({ source, mimeType: 'text/plain' })).toMatchObject({ width: 960, height: 1280 });
  });
});

const bodyOf = (bytes: Buffer): Readable => Readable.from([bytes]);
const broken = () => {
  throw new TypeError('a decoder that stumbles');
};

describe('a file that an examiner stumbles over', () => {
  it('is refused for good, and not tried again for ever', async () => {
    const bytes = pdf;
    const file = { source: bufferSource(bytes), declared: { mimeType: 'application/pdf', size: bytes.length } };
    const examine = examineWith({ pictures: picturesHere, documents: async () => broken() });
    const { outcome } = await examine({ ...file, body: bodyOf(bytes) });
    expect(outcome).toMatchObject({ outcome: 'failed', code: 'DECODE_ERROR' });
    const pictures = { verify: async () => broken() };
    const picture = { mimeType: 'image/png', size: bytes.length };
    expect(await processFile({ ...file, body: bodyOf(bytes), declared: picture, pictures })).toMatchObject({
      code: 'DECODE_ERROR',
      message: expect.stringContaining('The picture'),
    });
  });

  it('is refused when its own numbers lead out of every file', async () => {
    const film = Buffer.concat([webm(), Buffer.alloc(100)]);
    film.set(Buffer.from('01fffffffffffffe', 'hex'), 4);
    const checksum = { algorithm: 'CRC64NVME', value: 'rosUhgp5mIg=' } as const;
    const declared = { mimeType: 'video/webm', size: film.length };
    const outcome = await processLarge({ source: bufferSource(film), declared, checksum });
    expect(outcome).toMatchObject({ outcome: expect.stringMatching(/failed|rejected/) });
  });

  it('is tried again after a fault of the storage or the machine', async () => {
    const bytes = pdf;
    const declared = { mimeType: 'application/pdf', size: bytes.length };
    const source = bufferSource(bytes);
    const full = async () => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' });
    };
    await expect(processFile({ body: bodyOf(bytes), source, declared, documents: full })).rejects.toThrow('ENOSPC');
    const reset: ByteSource = { size: 10, read: () => Promise.reject(new Error('connection reset')) };
    const film = { mimeType: 'video/mp4', size: 10 };
    const checksum = { algorithm: 'CRC64NVME', value: 'rosUhgp5mIg=' } as const;
    await expect(processLarge({ source: reset, declared: film, checksum })).rejects.toThrow('connection reset');
    expect(await checkDocument(bytes, 'application/pdf', true)).toMatchObject({ outcome: 'ok' });
  });
});
