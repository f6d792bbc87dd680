import { accessTokens } from '../accounts/access-tokens.ts';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { authenticator } from '../accounts/authenticate.ts';
import { secretSigningKeys } from '../accounts/signing-keys.ts';
import type { Settings } from '../domain/settings.ts';
import type { Table } from '../stores/table.ts';
import type { Surroundings } from './serve.ts';

export interface ApiValues {
  readonly PUBLIC_URL: string;
  readonly AUTH_SECRET: string;
  readonly SETTINGS: Settings;
}

export const clock = (): Date => new Date();

/** Access tokens of this deployment. */
export const tokensOf = (env: ApiValues) => accessTokens(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock);

/** What `serve` needs, from the environment of an API function. */
export const surroundingsOf = (env: ApiValues, table: Table): Surroundings => ({
  publicUrl: env.PUBLIC_URL,
  settings: env.SETTINGS,
  authenticate: authenticator({ accounts: dynamoAccounts(table), tokens: tokensOf(env), clock }),
});
