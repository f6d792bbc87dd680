import { accessTokens } from '../accounts/access-tokens.ts';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { authenticator } from '../accounts/authenticate.ts';
import { deviceTokens } from '../accounts/device-tokens.ts';
import { previewTokens } from '../accounts/preview-tokens.ts';
import { secretSigningKeys } from '../accounts/signing-keys.ts';
import { dialects } from '../dialects/dialects.ts';
import type { Settings } from '../domain/settings.ts';
import type { ApiContext } from '../http/api-context.ts';
import { edgeDigests } from '../http/behind-edge.ts';
import { dynamoIdempotency, type SealingSecrets } from '../http/idempotency-store.ts';
import { dynamoRateCounter } from '../http/rate-counter.ts';
import { rateLimiter } from '../http/rate-limit.ts';
import type { Table } from '../table/table.ts';

export interface ApiValues {
  readonly PUBLIC_URL: string;
  readonly AUTH_SECRET: string;
  readonly SETTINGS: Settings;
  readonly EDGE: string;
}

export const clock = (): Date => new Date();

/** Access tokens of this deployment. */
export const tokensOf = (env: ApiValues) => accessTokens(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock);

/** Tokens by which devices are known on which a person has signed in. */
export const devicesOf = (env: ApiValues) =>
  deviceTokens(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock, () => crypto.randomUUID());

/** Preview tokens of this deployment. */
export const previewTokensOf = (env: ApiValues) =>
  previewTokens(env.PUBLIC_URL, secretSigningKeys(env.AUTH_SECRET), clock);

/** Answers are sealed under the seeds that the signing keys are made from, for another purpose and so with another key. */
const sealingSecrets = (env: ApiValues): SealingSecrets => {
  const signingKeys = secretSigningKeys(env.AUTH_SECRET);
  return async () => (await signingKeys()).map(({ privateKey }) => privateKey.export({ format: 'der', type: 'pkcs8' }));
};

/** The dependencies of `serve`, from the environment of an API function. */
export const apiContextOf = (env: ApiValues, table: Table): ApiContext => ({
  publicUrl: env.PUBLIC_URL,
  edge: edgeDigests(env.EDGE),
  settings: env.SETTINGS,
  limit: rateLimiter(env.SETTINGS.rateLimits, dynamoRateCounter(table), clock),
  dialects,
  idempotency: dynamoIdempotency(table, sealingSecrets(env), clock),
  authenticate: authenticator({ accounts: dynamoAccounts(table), tokens: tokensOf(env), clock }),
});
