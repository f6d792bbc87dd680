import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
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

/** The two bytes before what is deflated. */
const ZLIB = deflateSync('').subarray(0, 2);
/** A block of a deflated stream that is stored as it is; others may follow. */
const stored = (text: string): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(text.length, 1);
  head.writeUInt16LE(0xffff - text.length, 3);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
};

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

  it.each([
    ['its name is spelled in part', '9 0 obj<</Type/Obj#53tm>>stream\n'],
    ['a string has the word before it', '9 0 obj<</Type/ObjStm/X(a (stream\n) \\) stream\n)>>stream\n'],
    ['a string has the end before it', '9 0 obj<</Type/ObjStm/X(stream endstream)>>stream\r\n'],
    ['a comment has the word before it', '9 0 obj<</Type/ObjStm%stream\n>>stream\n'],
    ['a string of hexadecimal numbers is before it', '9 0 obj<</Type/ObjStm/X<28>>>stream\n'],
    ['a string begins another', '(/ObjStm \\( ) 9 0 obj<</Type/ObjStm>>stream\n'],
  ])('are looked at where %s', async (_, head) => {
    const script = deflateSync(Buffer.from('<</S/JavaScript>>'));
    const parts = [onePage(), Buffer.from(head), script, Buffer.from('endstream endobj\nstartxref\n0\n%%EOF')];
    expect(await check(Buffer.concat(parts))).toMatchObject({ outcome: 'ok', warnings: ['SCRIPT'] });
  });

  it('are looked at behind the word that ends a stream, where it is among the packed bytes', async () => {
    const packed = [ZLIB, stored('endstream endobj '), deflateRawSync(Buffer.from('<</S/JavaScript>>'))];
    expect(await check(withStreams(Buffer.concat(packed)))).toMatchObject({ outcome: 'ok', warnings: ['SCRIPT'] });
  });

  it('of an encrypted document are many, and what cannot be unpacked of them costs no more than its bytes', async () => {
    const sealed = (at: number) => createHash('sha512').update(String(at)).digest();
    const streams = Array.from({ length: 3000 }, (_, at) => Buffer.concat([ZLIB, sealed(at), sealed(-at)]));
    expect(await check(withStreams(...streams))).toMatchObject({ outcome: 'ok' });
  });

  it('are refused where one leads through all others, to be read again and again', async () => {
    const head = '9 0 obj<</Type/ObjStm>>stream\n';
    // Each unpacks to no more than the heads of those that follow.
    const empty = Buffer.concat(new Array<Buffer>(50_000).fill(stored('')));
    const each = Buffer.concat([ZLIB, empty]);
    const through = Array.from({ length: 40 }, (_, at) =>
      Buffer.concat([
        at === 0 ? Buffer.from(head) : stored(`${head}${ZLIB.toString('latin1')}`),
        at === 0 ? each : empty,
      ]),
    );
    const end = Buffer.from('endstream endobj\nstartxref\n0\n%%EOF');
    expect(await check(Buffer.concat([onePage(), ...through, end]))).toMatchObject(refused);
  });

  it('are refused where names without a stream of their own are searched for one, each far and wide', async () => {
    const names = Buffer.from('/ObjStm '.repeat(2000));
    const parts = [onePage(), names, Buffer.alloc(70_000, ' '), Buffer.from('stream\nstartxref\n0\n%%EOF')];
    expect(await check(Buffer.concat(parts))).toMatchObject(refused);
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
