import { describe, expect, it } from '@jest/globals';
import { announcedType, canonicalType, VERIFIABLE_TYPES } from '../../../functions/domain/media-types.ts';

describe('media types as clients write them', () => {
  it.each([
    ['video/webm;codecs=vp8,opus', 'video/webm'],
    ['audio/webm; codecs=opus', 'audio/webm'],
    ['text/csv;charset=utf-8', 'text/csv'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['Image/Jpg', 'image/jpeg'],
    ['image/pjpeg', 'image/jpeg'],
    ['audio/mp3', 'audio/mpeg'],
    ['audio/x-mpeg-3', 'audio/mpeg'],
    ['audio/wave', 'audio/wav'],
    ['audio/vnd.wave; codec=1', 'audio/wav'],
    ['audio/x-wav', 'audio/wav'],
    ['audio/m4a', 'audio/mp4'],
    ['audio/opus', 'audio/ogg'],
    ['audio/x-flac', 'audio/flac'],
    ['video/x-m4v', 'video/mp4'],
    ['text/x-markdown', 'text/markdown'],
    ['application/csv', 'text/csv'],
  ])('%s is %s', (written, canonical) => {
    expect(canonicalType(written)).toBe(canonical);
  });

  it.each(['image/svg+xml', 'application/x-msdownload', 'constructor', '__proto__', ''])(
    '%j stays itself',
    (written) => {
      expect(canonicalType(written)).toBe(written);
    },
  );

  it('is what the table has: no type of the table is another name of one', () => {
    for (const { mime } of VERIFIABLE_TYPES) expect(canonicalType(mime)).toBe(mime);
  });

  it('leads from every other name to a type of the table', () => {
    const others = ['image/jpg', 'audio/mp3', 'audio/wave', 'video/x-m4v', 'application/x-csv', 'application/msexcel'];
    const known = VERIFIABLE_TYPES.map(({ mime }) => mime);
    for (const other of others) expect(known).toContain(canonicalType(other));
  });

  it('takes a CSV that Windows calls a workbook for a CSV, and a workbook for a workbook', () => {
    expect(announcedType('application/vnd.ms-excel', 'People.CSV')).toBe('text/csv');
    expect(announcedType('application/vnd.ms-excel', 'people.xls')).toBe('application/vnd.ms-excel');
    expect(announcedType('application/vnd.ms-excel', 'people')).toBe('application/vnd.ms-excel');
  });

  it.each([
    ['application/octet-stream', 'a.HEIC', 'image/heic'],
    ['binary/octet-stream', 'a.md', 'text/markdown'],
    ['application/octet-stream', 'a.exe', 'application/octet-stream'],
    ['application/octet-stream', 'a', 'application/octet-stream'],
    ['image/png', 'a.jpg', 'image/png'],
  ])('of %s named %s is %s', (declared, name, type) => {
    expect(announcedType(declared, name)).toBe(type);
  });
});
