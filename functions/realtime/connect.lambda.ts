import { dynamoAccounts } from '../accounts/account-store.ts';
import { MediaError } from '../domain/errors.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { edgeDigests } from '../http/behind-edge.ts';
import { dynamoRateCounter } from '../http/rate-counter.ts';
import { rateLimiter } from '../http/rate-limit.ts';
import { ConnectEnvironment } from '../shared/environment.ts';
import { logFault } from '../shared/log.ts';
import { openTable } from '../table/table.ts';
import { type ConnectEvent, connect } from './connect.ts';
import { dynamoConnections } from './connection-store.ts';
import { sqsEnds } from './end-queue.ts';

const env = ConnectEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const plan = sqsEnds(env.END_QUEUE_URL);
const { anonymousPerMinute } = env.SETTINGS.rateLimits;
const limits = { perMinute: env.SETTINGS.realtime.handshakesPerMinute, anonymousPerMinute };
const open = connect({
  authenticate: apiContextOf(env, table).authenticate,
  accounts: dynamoAccounts(table),
  connections: dynamoConnections(table),
  limit: rateLimiter(limits, dynamoRateCounter(table), clock),
  settings: env.SETTINGS,
  // Loaded late: it is wanted only where a person has as many connections as they may.
  forgetLost: async (connections) => {
    const [{ forgetLost }, { sendingOver }] = await Promise.all([
      import('./forget-lost.ts'),
      import('../entries/sending.ts'),
    ]);
    await forgetLost(connections, sendingOver(table, env.MANAGEMENT_URL));
  },
  publicUrl: env.PUBLIC_URL,
  edge: edgeDigests(env.EDGE),
  endAt: (connectionId, at) => plan([{ connectionId, at: at.getTime() }], clock()),
  clock,
});

export const handler = async (event: ConnectEvent) => {
  try {
    return await open(event);
  } catch (error) {
    if (error instanceof MediaError) return { statusCode: error.status, body: error.message };
    logFault(event.requestContext.requestId, error);
    return { statusCode: 500, body: 'Failed to connect' };
  }
};
