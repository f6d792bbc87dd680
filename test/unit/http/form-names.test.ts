import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { formParts } from '../../../functions/http/form.ts';

const nameOf = async (disposition: string): Promise<string | undefined> => {
  const form = `--edge\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: text/plain\r\n\r\nx\r\n--edge--\r\n`;
  // In small pieces, as a slow line would bring it.
  const pieces =
    Buffer.from(form)
      .toString('latin1')
      .match(/[\s\S]{1,7}/g) ?? [];
  const body = Readable.from(pieces.map((piece) => Buffer.from(piece, 'latin1')));
  let name: string | undefined;
  for await (const part of formParts('multipart/form-data; boundary=edge', body)) {
    if (part.kind !== 'file') continue;
    name = part.filename;
    part.body.resume();
  }
  return name;
};

describe('the name of a file in a form', () => {
  it.each([
    [`name="f"; filename="=?utf-8?B?R3LDvMOfZS50eHQ=?="; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt`, 'Grüße.txt'],
    [`name="f"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt; filename="Gr__e.txt"`, 'Grüße.txt'],
    [`name="f"; FILENAME=old.txt; FileName*=utf-8'de'%E2%82%AC.txt`, '€.txt'],
    [`filename="a;b.txt"; name="f"; filename*=utf-8''c.txt`, 'c.txt'],
    [`name="f"; filename*=iso-8859-1''%A3.txt; filename="x.txt"`, '£.txt'],
    [`name="f"; filename="say filename*=utf-8''evil.txt"`, `say filename*=utf-8''evil.txt`],
    [`name="f"; filename="plain.txt"`, 'plain.txt'],
    [`name="f"; filename="Grüße.txt"`, 'Grüße.txt'],
    [`name="f"; filename="?.txt"`, '?.txt'],
  ])('is the one that RFC 6266 prefers: %s', async (disposition, name) => expect(await nameOf(disposition)).toBe(name));

  it.each([
    ['filename="../../etc/passwd"', 'passwd'],
    ['filename="C:\\fakepath\\photo.jpg"', 'photo.jpg'],
    ['filename="..\\..\\boot.ini"', 'boot.ini'],
    ['filename="x"; filename*=utf-8\'\'..%2F..%2Fetc%2Fpasswd', 'passwd'],
    ["filename*=utf-8''%2e%2e%5Cboot.ini", 'boot.ini'],
    ['filename="folder/"', ''],
    ['filename=".."', ''],
  ])('has no folders before it: %s', async (names, name) => expect(await nameOf(`name="f"; ${names}`)).toBe(name));
});
