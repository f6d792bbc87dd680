import { v1CreateApiKey, v1ListApiKeys, v1RevokeApiKey } from '../dialects/v1/api-keys.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { ApiEnvironment } from '../shared/environment.ts';
import { openTable } from '../table/table.ts';
import { dynamoOpenUploads } from '../uploads/open-uploads.ts';
import { rejectOfKey } from '../uploads/reject-of-key.ts';
import { dynamoUploads } from '../uploads/upload-store.ts';
import { dynamoAccounts } from './account-store.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './api-keys.ts';

const env = ApiEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const deps = {
  accounts: dynamoAccounts(table),
  rejectUploads: rejectOfKey({ open: dynamoOpenUploads(table), uploads: dynamoUploads(table), clock }),
  newId: () => crypto.randomUUID(),
  clock,
};

export const handler = serveAll(
  [
    bindRoute(createApiKey(deps), v1CreateApiKey),
    bindRoute(listApiKeys(deps), v1ListApiKeys),
    bindRoute(revokeApiKey(deps), v1RevokeApiKey),
  ],
  apiContextOf(env, table),
);
