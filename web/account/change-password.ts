import type { Body } from '../../client/browser.ts';
import { inWords, isUnauthorized } from '../api/errors.ts';
import { openShelf } from '../api/shelf.ts';
import type { Words } from '../words/en.ts';

/** Changes the password; answers what is wrong, or nothing. A wrong password ends no session. */
export const changePassword = async (
  body: Body<'POST /api/v1/auth/password'>,
  words: Words,
): Promise<string | undefined> => {
  try {
    await openShelf(undefined).call('POST /api/v1/auth/password', { body });
    return undefined;
  } catch (error) {
    return isUnauthorized(error) ? words.account.wrong : inWords(error, words);
  }
};
