import { describe, expect, it } from '@jest/globals';
import { CreateOwner } from '../../../functions/accounts/create-owner.ts';
import { Email, foldEmail } from '../../../functions/accounts/emails.ts';
import { v1Login } from '../../../functions/dialects/v1/accounts.ts';
import { v1CreateInvitation } from '../../../functions/dialects/v1/invitations.ts';

const unseen: readonly (readonly [string, string])[] = [
  ['NUL', '\u0000'],
  ['a line break', '\n'],
  ['a control of the second block', '\u0085'],
  ['a right-to-left override', '\u202e'],
  ['a direction mark', '\u200f'],
  ['an isolate', '\u2066'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a soft hyphen', '\u00ad'],
  ['a byte order mark', '\ufeff'],
  ['a variation selector', '\ufe0f'],
  ['a filler', '\u3164'],
  ['a tag character', '\u{e0041}'],
  ['a blank', ' '],
  ['a wide blank', '\u3000'],
  ['half of a character', '\ud800'],
];
const takes = (schema: { safeParse: (value: unknown) => { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

describe('an e-mail address', () => {
  it.each(unseen)('holds no %s, wherever an address is taken', (_, character) => {
    for (const email of [`a${character}b@example.com`, `a@exa${character}mple.com`, `ab@example.com${character}`]) {
      const password = 'a password of mine';
      expect(takes(Email, email)).toBe(false);
      expect(takes(v1Login.body as never, { email, password })).toBe(false);
      expect(takes(v1CreateInvitation.body as never, { email, role: 'viewer' })).toBe(false);
      expect(takes(CreateOwner, { email, password, teamName: 'Team' })).toBe(false);
    }
  });

  it.each(['a@b', 'owner@example.com', "o'brien+tag@example.co.uk", 'müller@例え.jp', 'ελένη@παράδειγμα.gr'])(
    'may be %s',
    (email) => expect(takes(Email, email)).toBe(true),
  );

  it.each(['', '@', 'a@', '@b', 'a@b@c', `${'a'.repeat(251)}@b.c`])('may not be %j', (email) =>
    expect(takes(Email, email)).toBe(false),
  );

  it('has one spelling, however its letters are composed', () =>
    expect(foldEmail('MU\u0308LLER@Example.com')).toBe(foldEmail('m\u00fcller@example.com')));
});

describe('the name of a first team', () => {
  it.each(['\u202egpj', 'a\u0000b', ' '])('may not be %j', (teamName) =>
    expect(takes(CreateOwner, { email: 'a@b.c', password: 'a password of mine', teamName })).toBe(false),
  );
});
