import { route } from '../../http/route.ts';
import type { Usage } from '../../usage/get-usage.ts';
import { envelope } from './media-view.ts';

export const v1GetUsage = route({
  method: 'GET',
  path: '/api/v1/usage',
  summary: "Get the team's use of its quotas",
  dialect: 'v1',
  operation: 'get-usage',
  access: 'media:read',
  failure: 'Failed to get usage',
  input: () => undefined,
  reply: ({ bytes, committed, quotaBytes, records, quotaRecords, active, deleted }: Usage) => ({
    status: 200,
    body: envelope({
      bytes,
      reservedBytes: committed - bytes,
      quotaBytes,
      records,
      quotaRecords,
      counts: active,
      trash: deleted,
    }),
  }),
});
