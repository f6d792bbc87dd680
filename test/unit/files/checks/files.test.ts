import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { html, pdf, svg } from '../../../support/fixtures/hostile-files.ts';
import { onePage } from '../../../support/fixtures/least-files.ts';
import { VERIFIED_FILES, type VerifiedFile } from '../../../support/fixtures/verified-files.ts';
import { accepted, verify } from './verify.ts';

const named = (files: readonly VerifiedFile[]) => files.map((file) => [`${file.name} as ${file.type}`, file] as const);

describe('a document, sound or film', () => {
  it('passes with its checksum and size, and something to show', async () => {
    const bytes = onePage();
    const outcome = await accepted(bytes, 'application/pdf');
    expect(outcome).toMatchObject({
      outcome: 'ok',
      facts: {
        checksum: createHash('sha256').update(bytes).digest('base64'),
        size: bytes.length,
        width: null,
        height: null,
        orientation: null,
        frames: null,
        thumbhash: expect.any(String),
        dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
        duration: null,
      },
      renditions: [{ name: 'small' }, { name: 'medium' }],
    });
    expect(Math.max(outcome.large?.width ?? 0, outcome.large?.height ?? 0)).toBe(1280);
  });

  it.each(named(VERIFIED_FILES.filter(({ becomes }) => becomes === 'active')))('is accepted: %s', async (_, file) => {
    const { facts } = await accepted(file.bytes(), file.type);
    expect(facts.warnings ?? []).toEqual(file.warnings);
  });

  it.each(named(VERIFIED_FILES.filter(({ becomes }) => becomes !== 'active')))('is refused: %s', async (_, file) => {
    expect(await verify(file.bytes(), file.type)).toMatchObject({ outcome: file.becomes, code: file.code });
  });

  it.each(['application/zip', 'video/x-matroska', 'audio/constructor', 'constructor'])(
    'is refused for the announced type %s',
    async (mimeType) => {
      expect(await verify(pdf, mimeType)).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
    },
  );
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
    expect(await verify(html, 'text/css')).toMatchObject({ outcome: 'rejected', code: 'UNSUPPORTED' });
  });
});

describe('a web page', () => {
  it.each([
    ['its declaration', html],
    ['a comment', Buffer.from('<!-- saved -->\n<!-- twice --><html lang="en">')],
    ['a mark and an XML declaration', Buffer.from('\ufeff<?xml version="1.0"?>\n<!DOCTYPE html>')],
  ])('may begin with %s', async (_, bytes) => {
    await accepted(bytes, 'text/html');
  });

  it.each([
    ['text', Buffer.from('hello <html>')],
    ['SVG', svg],
    ['a comment without an end', Buffer.from('<!-- <html>')],
    ['PDF', pdf],
  ])('is not %s', async (_, bytes) => {
    expect(await verify(bytes, 'text/html')).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
  });
});
