import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openText } from '../../../../functions/files/checks/inspect-text.ts';
import { decodeBytes, unicodeEncodingOf } from '../../../../functions/files/formats/text-encoding.ts';
import { decodeText } from '../../../../functions/files/text/readers/decode-text.ts';
import { encodedAs } from '../../../support/fixtures/encoded.ts';

const JAPANESE = 'これは日本語の文章です。港を歩いて写真を撮りました。\nとても静かな朝でした。';
const CHINESE = '这是一个中文文本，我们在港口散步，拍了很多照片。\n早上非常安静。';
const TRADITIONAL = '這是一個繁體中文的文字檔案，我們在港口散步，拍了很多照片。';
const KOREAN = '이것은 한국어 글입니다. 항구를 걸으며 사진을 찍었습니다.';
const RUSSIAN = 'Это русский текст. Мы гуляли в порту и сделали много фотографий.\nУтро было тихое.';

const isText = (bytes: Buffer): boolean => {
  const check = openText();
  check.push(bytes);
  return check.end();
};

describe('a text in an older encoding', () => {
  it.each([
    ['Japanese', 'shift_jis', JAPANESE],
    ['Japanese', 'euc-jp', JAPANESE],
    ['Chinese', 'gbk', CHINESE],
    ['Chinese', 'big5', TRADITIONAL],
    ['Korean', 'euc-kr', KOREAN],
    ['Russian', 'windows-1251', RUSSIAN],
    ['Russian', 'koi8-r', RUSSIAN],
    ['Russian', 'iso-8859-5', RUSSIAN],
    ['German', 'windows-1252', 'Grüße aus Köln: „schöne“ Fotos, 5 €.\nÄpfel und Öl.'],
    ['French', 'windows-1252', 'Voici un été en forêt, naïve et à cœur ouvert…'],
    ['Polish', 'windows-1250', 'Zażółć gęślą jaźń. Byliśmy w porcie i zrobiliśmy dużo zdjęć.'],
    ['Greek', 'iso-8859-7', 'Αυτό είναι ένα ελληνικό κείμενο. Πήγαμε στο λιμάνι.'],
    ['Turkish', 'windows-1254', 'Bu bir Türkçe metindir. Limana gittik, çok güzel fotoğraflar çektik. Ağaç, ışık.'],
    ['Hebrew', 'windows-1255', 'זהו טקסט בעברית. הלכנו לנמל וצילמנו הרבה תמונות.'],
    ['Arabic', 'windows-1256', 'هذا نص باللغة العربية. ذهبنا إلى الميناء والتقطنا صورا كثيرة.'],
  ])('of %s in %s is accepted and read', (_, encoding, text) => {
    const bytes = encodedAs(text, encoding);
    expect(isText(bytes)).toBe(true);
    expect(decodeText(bytes)).toBe(text);
  });

  it('of Japanese in seven bits is read by its escapes', () => {
    const kanji = Buffer.from([0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x38, 0x6c, 0x1b, 0x28, 0x42]);
    const bytes = Buffer.concat([kanji, Buffer.from(' ok\n')]);
    expect(decodeText(bytes)).toBe('日本語 ok\n');
  });

  it.each([
    ['two bytes', 'a\xe9'],
    ['one word', 'caf\xe9'],
    ['a name', 'Bj\xf6rn'],
  ])('too short to tell, %s, is taken for Latin', (_, latin) => {
    expect(decodeText(Buffer.from(latin, 'latin1'))).toBe(latin);
  });
});

describe('UTF-16 without a mark', () => {
  it.each([
    ['Latin', 'Calm at noon\r\n'],
    ['Russian', RUSSIAN],
    ['Japanese with line ends', JAPANESE],
    ['Chinese with the letter 一, whose lower half is zero', '一二一\n一一 一'],
  ])('is recognised in both byte orders: %s', (_, text) => {
    const little = Buffer.from(text, 'utf16le');
    const big = Buffer.from(little).swap16();
    expect([little, big].map(isText)).toEqual([true, true]);
    const lines = text.replaceAll('\r', '');
    expect([decodeText(little), decodeText(big)]).toEqual([lines, lines]);
  });

  it('is what is active in it: a page or a script is seen', () => {
    expect(unicodeEncodingOf(Buffer.from('<html>', 'utf16le'))).toBe('utf-16le');
  });

  it('is no cover for bytes that are no text', () => {
    for (const hex of ['00', '0000', '4d5a9000', '7f454c4602010100', '610000006200', '00d8410000d8']) {
      expect(isText(Buffer.from(hex, 'hex'))).toBe(false);
    }
  });
});

describe('controls of older systems in a text', () => {
  it.each([
    ['a vertical tab within a field', 'Ann\vSmith,Ulm\r', 'Ann Smith,Ulm\n'],
    ['the end of file of DOS', 'dir\r\n\x1a', 'dir\n'],
    ['a form feed', 'one\ftwo', 'one\ftwo'],
    ['an escape of a terminal', '\x1b[1mbold\x1b[0m', '[1mbold[0m'],
  ])('%s is accepted', (_, text, read) => {
    expect(isText(Buffer.from(text))).toBe(true);
    expect(decodeText(Buffer.from(text))).toBe(read);
  });

  it.each(['\x00', 'a\x01b', '\x08', '\x7f', '\x1c'])('%j is refused', (text) => {
    expect(isText(Buffer.from(text))).toBe(false);
  });
});

it('every text in UTF-8 is read as it is, and any bytes are read as something', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      // What would be read as UTF-16, as ISO-2022-JP or as a mark is another test's.
      const clean = text.replace(/\p{Cc}|^\ufeff/gu, '');
      expect(decodeBytes(Buffer.from(clean))).toBe(clean.toWellFormed());
    }),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(typeof decodeBytes(bytes)).toBe('string')));
});
