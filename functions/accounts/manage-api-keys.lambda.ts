import { v1CreateApiKey, v1ListApiKeys, v1RevokeApiKey } from '../dialects/v1/api-keys.ts';
import { clock, surroundingsOf } from '../entries/surroundings.ts';
import { serveAll, serving } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoAccounts } from './account-store.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = { accounts: dynamoAccounts(table), newId: () => crypto.randomUUID(), clock };

export const handler = serveAll(
  [
    serving(createApiKey(deps), v1CreateApiKey),
    serving(listApiKeys(deps), v1ListApiKeys),
    serving(revokeApiKey(deps), v1RevokeApiKey),
  ],
  surroundingsOf(env, table),
);
