import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { checkPdf } from '../../../../functions/files/checks/pdf.ts';
import { html } from '../../../support/fixtures/hostile-files.ts';
import { onePage } from '../../../support/fixtures/least-files.ts';

const PDF = 'application/pdf';
const MIB = 2 ** 20;
const check = (bytes: Buffer) => checkPdf(bytes, PDF);
const behind = (head: Buffer | string) => check(Buffer.concat([Buffer.from(head), onePage()]));

/** A document with object streams of these contents. */
const withStreams = (...packed: readonly Buffer[]): Buffer =>
  Buffer.concat([
    onePage(),
    ...packed.flatMap((content) => [
      Buffer.from('9 0 obj<</Type/ObjStm>>stream\n'),
      content,
      Buffer.from('endstream endobj\n'),
    ]),
    Buffer.from('startxref\n0\n%%EOF'),
  ]);

describe('the header of a PDF', () => {
  it.each([
    ['nothing', ''],
    ['a byte order mark', Buffer.from('efbbbf', 'hex')],
    ['blanks', '\r\n \t'],
    ['both', '\ufeff\n'],
  ])('may have before it: %s', async (_, head) => {
    expect((await behind(head)).outcome).toBe('ok');
  });

  it.each([
    ['a web page', html],
    ['a web page behind blanks', ` \n${html}`],
    ['a tag', '<a>'],
    ['a script', '#!/bin/sh\n'],
    ['letters', 'x'],
    ['another file', Buffer.from('GIF89a')],
    ['a thousand blanks and more', ' '.repeat(1100)],
  ])('has not before it: %s', async (_, head) => {
    expect(await behind(head)).toMatchObject({ outcome: 'rejected', code: 'CONTENT_MISMATCH' });
  });
});

describe('the object streams of a PDF', () => {
  const refused = { outcome: 'rejected', code: 'ARCHIVE_LIMIT' };

  it('are refused when one unpacks to more than is looked at, whatever stands behind it', async () => {
    const bomb = deflateSync(Buffer.alloc(17 * MIB));
    expect(await check(withStreams(bomb, deflateSync(Buffer.from('/JavaScript'))))).toMatchObject(refused);
  });

  it('are refused when all of them do, and not unpacked further', async () => {
    const large = deflateSync(Buffer.alloc(15 * MIB));
    const before = process.resourceUsage().maxRSS;
    expect(await check(withStreams(...new Array<Buffer>(3000).fill(large)))).toMatchObject(refused);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(400 * 1024);
  });

  it('count and are looked at as far as they unpack, where their end is broken', async () => {
    const broken = (content: Buffer): Buffer => {
      const packed = deflateSync(content);
      packed[packed.length - 1] = (packed.at(-1) ?? 0) ^ 1;
      return packed;
    };
    expect(await check(withStreams(broken(Buffer.from('<</S/JavaScript>>'))))).toMatchObject({ warnings: ['SCRIPT'] });
    const large = broken(Buffer.alloc(15 * MIB));
    expect(await check(withStreams(...new Array<Buffer>(30).fill(large)))).toMatchObject(refused);
  });

  it('are refused when there are more than any writer makes', async () => {
    const empty = deflateSync(Buffer.alloc(1));
    expect(await check(withStreams(...new Array<Buffer>(20_001).fill(empty)))).toMatchObject(refused);
  });

  it('are passed over where they are encrypted', async () => {
    const checked = await check(
      withStreams(Buffer.from('no deflated stream'), deflateSync(Buffer.from('<</S/JavaScript>>'))),
    );
    expect(checked).toMatchObject({ outcome: 'ok', warnings: ['SCRIPT'] });
  });
});
