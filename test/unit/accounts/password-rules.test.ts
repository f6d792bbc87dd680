import { describe, expect, it } from '@jest/globals';
import { createOwner } from '../../../functions/accounts/create-owner.ts';
import { isCommonPassword } from '../../../functions/accounts/password-rules.ts';

const EMAIL = 'margarethe@example.com';

describe('a password that guessers try first', () => {
  it.each([
    '1234567890',
    '          ',
    '\u3000'.repeat(10),
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    'abcdefghijkl',
    '0987654321',
    'qwertyuiop',
    'poiuytrewq',
    'password123',
    'Password123!',
    'PASSWORD!!!!',
    'passwordpassword',
    'Basketball',
    'christopher99',
    'q1w2e3r4t5',
    '1qaz2wsx3edc',
    'Mediashelf2026',
    EMAIL,
    'Margarethe1',
  ])('is refused: %j', (password) => expect(isCommonPassword(password, EMAIL)).toBe(true));

  it.each([
    'correct horse battery',
    'a password to look around',
    'the password of 1',
    '8431926570',
    'Tr0ub4dor&3x',
    'пароль для медиатеки',
    '写真のための長い合言葉です',
    'margarethe sings on mondays',
  ])('is not %j', (password) => expect(isCommonPassword(password, EMAIL)).toBe(false));

  it('makes no owner', async () => {
    const never = async () => {
      throw new Error('the store was asked');
    };
    const create = createOwner({
      accounts: { createOwner: never, personByEmail: never, createApiKey: never },
      newId: () => 'id',
      clock: () => new Date(),
    });
    await expect(create({ email: EMAIL, password: '1234567890', teamName: 'T' })).rejects.toMatchObject({
      code: 'VALIDATION',
      fields: [{ code: 'custom', path: ['password'], message: expect.stringContaining('choose another') }],
    });
  });
});
