import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { html, svg } from '../../../support/fixtures/hostile-files.ts';
import { compound, DOCX, isoMedia, mp3, office, XLSX } from '../../../support/fixtures/least-files.ts';
import { photo } from '../../../support/fixtures/pictures.ts';
import { verify } from './verify.ts';

const tiff = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .tiff()
    .toBuffer();

describe('a file that is not what it was announced as', () => {
  it.each<[string, string, () => Buffer | Promise<Buffer>, string]>([
    [
      'a photo',
      'image/png',
      () => photo(40, 30),
      'It is image/jpeg: upload it as that type, under a name that ends in .jpg',
    ],
    ['a photo', 'application/pdf', () => photo(40, 30), 'It is image/jpeg: upload it'],
    ['a workbook', DOCX, () => office(XLSX), `It is ${XLSX}: upload it as that type, under a name that ends in .xlsx`],
    ['a film', 'audio/mpeg', () => isoMedia('mp42'), 'It is video/mp4: upload it'],
    [
      'a sound',
      'video/mp4',
      () => isoMedia('M4A '),
      'It is audio/mp4: upload it as that type, under a name that ends in .m4a',
    ],
    ['a sound', 'text/plain', () => mp3(), 'It is audio/mpeg: upload it'],
    ['a scan', 'image/jpeg', tiff, 'It is image/tiff: convert it'],
    ['a page', 'image/png', () => html, 'It is a web page, as a download that failed leaves one: fetch the file again'],
    ['a page', 'text/plain', () => html, 'It is a web page'],
    [
      'a list',
      'image/png',
      () => Buffer.from('a,b\n'),
      'It is text: upload it as text/plain, under a name that ends in .txt',
    ],
    ['a drawing', 'text/csv', () => svg, 'It begins as a program or a page does'],
    ['controls', 'text/plain', () => Buffer.from('a\0b'), 'It has control characters that text does not have'],
    ['an installer', 'application/msword', () => compound('!_StringData'), 'Open it with the program that it is for'],
    ['zeros', 'video/mp4', () => Buffer.alloc(1000), 'Open it with the program that it is for'],
  ])('is told what it is and what to do: %s as %s', async (_, type, bytes, words) => {
    const outcome = await verify(await bytes(), type);
    expect(outcome).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
    expect(outcome).toHaveProperty(
      'message',
      expect.stringContaining(`not what it was announced as (${type}). ${words}`),
    );
  });
});
