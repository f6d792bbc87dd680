import type { LoggedIn } from '../../accounts/open-session.ts';
import { addressOf } from '../../http/address-of.ts';
import { route } from '../../http/route.ts';

/** Sets no cookies: this API only takes the token. */
export const filesGuestLogin = route({
  method: 'POST',
  path: '/llm/auth/guest-login',
  summary: 'Create a guest account and sign it in',
  dialect: 'files',
  operation: 'create-guest',
  access: 'public',
  failure: 'Failed to log in as a guest',
  input: ({ event }) => ({ address: addressOf(event) }),
  reply: ({ accessToken, expiresIn }: LoggedIn) => ({
    status: 200,
    body: { access_token: accessToken, token_type: 'bearer', expires_in: expiresIn },
  }),
});
