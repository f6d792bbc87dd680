import * as z from 'zod/mini';
import type { ApiKey } from '../../accounts/account-store.ts';
import type { CreateApiKey, CreatedApiKey } from '../../accounts/api-keys.ts';
import { GRANTABLE_SCOPES } from '../../domain/scopes.ts';
import { route } from '../../http/route.ts';
import { label } from '../common/fields.ts';
import { envelope } from './media-view.ts';

const NewApiKey = z.strictObject({
  name: label,
  scopes: z.array(z.enum(GRANTABLE_SCOPES)).check(z.minLength(1), z.maxLength(GRANTABLE_SCOPES.length)),
  expiresAt: z.optional(z.nullable(z.iso.datetime({ offset: true }))),
});

const keyView = ({ id, name, scopes, createdAt, expiresAt, lastUsedAt }: ApiKey) => ({
  id,
  name,
  scopes,
  createdAt,
  expiresAt,
  lastUsedAt,
});

export const v1CreateApiKey = route({
  method: 'POST',
  path: '/api/v1/api-keys',
  summary: 'Create an API key',
  dialect: 'v1',
  operation: 'manage-api-keys',
  access: 'signed-in',
  failure: 'Failed to create the API key',
  idempotent: true,
  body: NewApiKey,
  input: ({ body }): CreateApiKey => body,
  reply: ({ apiKey: { id, name, scopes, expiresAt }, secret }: CreatedApiKey) => ({
    status: 201,
    body: envelope({ id, name, key: secret, scopes, expiresAt }),
  }),
});

export const v1ListApiKeys = route({
  method: 'GET',
  path: '/api/v1/api-keys',
  summary: 'List the API keys of the team',
  dialect: 'v1',
  operation: 'manage-api-keys',
  access: 'signed-in',
  endsAccess: true,
  failure: 'Failed to list the API keys',
  input: () => undefined,
  reply: (keys: readonly ApiKey[]) => ({ status: 200, body: envelope(keys.map(keyView)) }),
});

export const v1RevokeApiKey = route({
  method: 'DELETE',
  path: '/api/v1/api-keys/{id}',
  summary: 'Revoke an API key',
  dialect: 'v1',
  operation: 'manage-api-keys',
  access: 'signed-in',
  subject: 'API key',
  endsAccess: true,
  failure: 'Failed to revoke the API key',
  input: ({ path }) => ({ id: path.id ?? '' }),
  reply: () => ({ status: 200, body: envelope({ message: 'API key revoked successfully' }) }),
});
