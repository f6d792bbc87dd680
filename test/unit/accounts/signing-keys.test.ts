import { describe, expect, it } from '@jest/globals';
import { accessTokens } from '../../../functions/accounts/access-tokens.ts';
import { type SigningKeys, signingKey } from '../../../functions/accounts/signing-keys.ts';

const CLAIMS = { userId: 'u', teamId: 't', sessionId: 's' };
const clock = () => new Date();

describe('a token of a key that another function read before this one', () => {
  it('makes this one look again, once', async () => {
    const asked: (string | undefined)[] = [];
    let known = ['old'];
    const keys: SigningKeys = async (lacking) => {
      asked.push(lacking);
      if (lacking !== undefined) known = ['new', 'old'];
      return known.map(signingKey);
    };
    const token = await accessTokens('issuer', async () => [signingKey('new')], clock).sign(CLAIMS);
    expect(await accessTokens('issuer', keys, clock).verify(token)).toMatchObject(CLAIMS);
    expect(asked).toEqual([undefined, signingKey('new').id]);
    expect(await accessTokens('issuer', keys, clock).verify(token)).toMatchObject(CLAIMS);
    expect(asked).toHaveLength(3);
  });

  it('is refused when its key is unknown', async () => {
    const token = await accessTokens('issuer', async () => [signingKey('made up')], clock).sign(CLAIMS);
    const refused = accessTokens('issuer', async () => [signingKey('ours')], clock).verify(token);
    await expect(refused).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
