import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoAccounts } from '../../../functions/accounts/account-store.ts';
import { createOwner } from '../../../functions/accounts/create-owner.ts';
import { hashSecret } from '../../../functions/accounts/tokens.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const create = (change: Record<string, string> = {}) =>
  createOwner({
    accounts: dynamoAccounts(library.table),
    newId: () => crypto.randomUUID(),
    clock: () => new Date(),
  })({ email: 'owner@example.com', password: 'correct horse', teamName: 'Team', ...change });

describe('creating the owner', () => {
  it('again, after an answer that was lost, gives the same owner another key that works', async () => {
    const { userId, teamId } = await create();
    const again = await create({ email: 'Owner@Example.com' });
    expect(again).toMatchObject({ userId, teamId });
    const accounts = dynamoAccounts(library.table);
    expect(await accounts.apiKey(hashSecret(again.apiKey))).toMatchObject({ userId, teamId });
  });

  it('refuses an address that is taken to a caller without its password', async () => {
    await expect(create({ password: 'battery staple' })).rejects.toThrow('is taken');
  });
});
