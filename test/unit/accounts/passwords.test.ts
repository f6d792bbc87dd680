import { describe, expect, it } from '@jest/globals';
import { hashPassword, NOBODYS_PASSWORD, verifyPassword } from '../../../functions/accounts/passwords.ts';

describe('a password', () => {
  it('verifies against its hash and no other does', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).not.toContain('correct');
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
  });
  it('is salted', async () => expect(await hashPassword('same words')).not.toBe(await hashPassword('same words')));
  it('is the same in either Unicode form', async () =>
    expect(await verifyPassword('caf\u00e9 au lait', await hashPassword('cafe\u0301 au lait'))).toBe(true));
  it('never matches that of an unknown person', async () =>
    expect(await verifyPassword('', NOBODYS_PASSWORD)).toBe(false));
});
