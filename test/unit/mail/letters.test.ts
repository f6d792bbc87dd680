import { describe, expect, it } from '@jest/globals';
import { isMailable, MAIL_LANGUAGES, nameInMail } from '../../../functions/domain/mail.ts';
import { MAIL_WORDS } from '../../../functions/mail/mail-words.ts';
import { writeLetter } from '../../../functions/mail/write-letter.ts';

const ADDRESS = 'https://media.example.com/app/invitation#token=a_b-c&d';

describe('a name of people in a mail', () => {
  it.each([
    ['Marketing', 'Marketing'],
    ['  The   sea\r\nBcc: all  ', 'The sea Bcc: all'],
    ['Marketing\u202e', 'Marketing'],
    [`${'long '.repeat(30)}`, `${'long '.repeat(12).slice(0, 59)}…`],
    ['Your account is locked: https://evil.example/unlock', undefined],
    ['go to evil.example', undefined],
    ['www evil', 'www evil'],
    ['www.evil', undefined],
    ['write to help@evil', undefined],
    ['ｅｖｉｌ．ｅｘａｍｐｌｅ', undefined],
    ['\u200b', undefined],
  ])('%j is %j', (name, shown) => expect(nameInMail(name)).toBe(shown));
});

describe('an address that mail is sent to', () => {
  it.each(['owner@example.com', "o'neil+tag@mail.example.co.uk", 'owner@localhost'])('is %s', (email) =>
    expect(isMailable(email)).toBe(true),
  );

  it.each([
    'a,b@example.com',
    '"a b"@example.com',
    'a@example.com,b@example.com',
    '<a@example.com>',
    'a@exämple.com',
    'a..b@example.com',
    'a@-example.com',
    `${'a'.repeat(250)}@x.io`,
    'a;b@example.com',
  ])('is not %s', (email) => expect(isMailable(email)).toBe(false));
});

describe('a mail', () => {
  const hostile = `"><img src=x onerror=alert(1)>'&`;

  it.each(MAIL_LANGUAGES)('has its link and its names in both forms, and no markup of people: %s', (language) => {
    const words = MAIL_WORDS[language].invitation(hostile, 'o@example.com');
    const { text, html, subject } = writeLetter(words, { to: 'p@example.com', language, address: ADDRESS });
    expect(text).toContain(ADDRESS);
    expect(text).toContain('o@example.com');
    expect(html).toContain('href="https://media.example.com/app/invitation#token=a_b-c&amp;d"');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(html).not.toContain('<img');
    expect(html).toContain(`<html lang="${language}">`);
    expect(subject).not.toContain('img');
  });

  it('loads nothing, and names neither team nor person where those may not be named', () => {
    for (const language of MAIL_LANGUAGES) {
      const words = MAIL_WORDS[language].invitation(undefined, undefined);
      const { html, text } = writeLetter(words, { to: 'p@example.com', language, address: ADDRESS });
      expect(html).not.toMatch(/\ssrc=|url\(|<link|<script/);
      expect(text).not.toContain('undefined');
    }
  });

  it('has a text of its own in each language', () => {
    for (const kind of ['reset', 'invitation'] as const) {
      const subjects = MAIL_LANGUAGES.map((language) => {
        const words = MAIL_WORDS[language];
        return JSON.stringify(kind === 'reset' ? words.reset : words.invitation(undefined, undefined));
      });
      expect(new Set(subjects).size).toBe(MAIL_LANGUAGES.length);
    }
  });
});
