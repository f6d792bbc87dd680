import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { html, pdf, svg } from '../../support/hostile-files.ts';
import { accepted, verify } from './verify.ts';

const OPEN_XML = 'application/vnd.openxmlformats-officedocument';
const DOCX = `${OPEN_XML}.wordprocessingml.document`;
const XLSX = `${OPEN_XML}.spreadsheetml.sheet`;

/** A ZIP archive of stored entries. */
const zip = (entries: Record<string, string>): Buffer => {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const data = Buffer.from(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
};

const office = (part: string, contentType: string): Buffer =>
  zip({
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${part}" ContentType="${contentType}.main+xml"/></Types>`,
    [part]: '<x/>',
  });

const docx = office('word/document.xml', DOCX);
const xlsx = office('xl/workbook.xml', XLSX);

/** A compound file as old Office writes it, with the name of one stream in its directory. */
const compound = (stream: string): Buffer => {
  const directory = Buffer.alloc(512);
  directory.write(`${stream}\0`, 'utf16le');
  return Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), directory]);
};

const mp4 = Buffer.concat([Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'), Buffer.alloc(64)]);
const frames = Buffer.concat(
  Array.from({ length: 4 }, () => Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(413)])),
);
/** MP3 behind an ID3 tag with a cover of `size` bytes; the tag writes its size seven bits a byte. */
const mp3 = (size: number): Buffer =>
  Buffer.concat([
    Buffer.from('ID3\x03\x00\x00', 'latin1'),
    Buffer.from([(size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127]),
    Buffer.alloc(size),
    frames,
  ]);

describe('a file that is no picture', () => {
  it.each([
    ['application/pdf', pdf],
    [DOCX, docx],
    [XLSX, xlsx],
    ['application/msword', compound('WordDocument')],
    ['application/msword', docx],
    ['application/vnd.ms-excel', compound('Workbook')],
    ['application/vnd.ms-excel', compound('Book')],
    ['application/vnd.ms-excel', xlsx],
    ['video/mp4', mp4],
    ['audio/mpeg', frames],
    ['audio/mpeg', mp3(2000)],
    ['audio/mpeg', mp3(6_000_000)],
    ['text/plain', Buffer.from('Grüße aus Köln\n')],
    ['text/csv', Buffer.from('a;b\n1;2\n')],
  ])('of type %s passes with its checksum and size and nothing to show', async (mimeType, bytes) => {
    expect(await accepted(bytes, mimeType)).toEqual({
      outcome: 'ok',
      facts: {
        checksum: createHash('sha256').update(bytes).digest('base64'),
        size: bytes.length,
        width: null,
        height: null,
        orientation: null,
        frames: null,
        thumbhash: null,
        dominantColor: null,
        duration: null,
      },
      renditions: [],
      large: null,
    });
  });

  it.each([
    ['application/pdf', html],
    ['application/pdf', docx],
    [DOCX, xlsx],
    [XLSX, docx],
    [DOCX, zip({ 'evil.exe': 'MZ' })],
    [DOCX, office('word/document.xml', 'application/vnd.ms-word.document.macroEnabled')],
    ['application/msword', compound('Workbook')],
    ['application/msword', compound('!_StringData')],
    ['application/vnd.ms-excel', compound('WordDocument')],
    ['video/mp4', frames],
    ['video/mp4', Buffer.alloc(100)],
    ['audio/mpeg', mp4],
    ['audio/mpeg', Buffer.from('not a sound')],
    ['application/zip', pdf],
    ['constructor', pdf],
  ])('is rejected when its content is not %s', async (mimeType, bytes) => {
    expect(await verify(bytes, mimeType)).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
  });
});

describe('text', () => {
  it.each([
    ['UTF-8 with its mark', Buffer.from('\ufeffname,size\n')],
    ['UTF-16', Buffer.from('\ufeffname,size\n', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\ufeffname,size\n', 'utf16le').swap16()],
    ['a Latin code page', Buffer.from('Gr\xfc\xdfe, caf\xe9\r\n', 'latin1')],
    ['words that are other files first bytes', Buffer.from('BMW, MZ and GIF89a are no pictures')],
    ['a comparison', Buffer.from('< 5 and a<b\n')],
    ['markup further on', Buffer.from('How to write <script> in HTML\n')],
    ['65,535 characters of three bytes', Buffer.from('€'.repeat(65_535))],
  ])('may be %s', async (_, bytes) => {
    for (const mimeType of ['text/plain', 'text/csv']) await accepted(bytes, mimeType);
  });

  it.each([
    ['HTML', html],
    ['HTML after blanks and a mark', Buffer.concat([Buffer.from('\ufeff \r\n\t'), html])],
    ['HTML in UTF-16', Buffer.from('\ufeff<html>', 'utf16le')],
    ['SVG', svg],
    ['XML', Buffer.from('<?xml version="1.0"?><a/>')],
    ['a comment', Buffer.from('<!-- --><script>alert(1)</script>')],
    ['PHP', Buffer.from('<?php system($_GET[0]);')],
    ['a shell script', Buffer.from('#!/bin/sh\nrm -rf /\n')],
    ['PDF', pdf],
    ['RTF', Buffer.from('{\\rtf1 hello}')],
    ['NUL bytes', Buffer.from('a\0b')],
    ['control characters', Buffer.from('a\x07b')],
    ['half a surrogate in UTF-16', Buffer.from('fffe00d84100', 'hex')],
    ['a program', Buffer.from('7f454c4602010100', 'hex')],
  ])('is not %s', async (_, bytes) => {
    expect(await verify(bytes, 'text/plain')).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
  });

  it('of other types cannot be verified', async () => {
    expect(await verify(html, 'text/html')).toMatchObject({ outcome: 'rejected', code: 'UNSUPPORTED' });
  });
});
