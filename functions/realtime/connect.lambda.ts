import { dynamoAccounts } from '../accounts/account-store.ts';
import { logFault } from '../api/log.ts';
import { rateLimiter } from '../api/rate-limit.ts';
import { clock, surroundingsOf } from '../api/surroundings.ts';
import { MediaError } from '../domain/errors.ts';
import { ConnectEnvironment } from '../environment.ts';
import { dynamoConnections } from '../stores/connection-store.ts';
import { dynamoRateCounter } from '../stores/rate-counter.ts';
import { openTable } from '../stores/table.ts';
import { type ConnectEvent, connect } from './connect.ts';
import { sqsEnds } from './end-queue.ts';

const env = ConnectEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const plan = sqsEnds(env.END_QUEUE_URL);
const { anonymousPerMinute } = env.SETTINGS.rateLimits;
const limits = { perMinute: env.SETTINGS.realtime.handshakesPerMinute, anonymousPerMinute };
const open = connect({
  authenticate: surroundingsOf(env, table).authenticate,
  accounts: dynamoAccounts(table),
  connections: dynamoConnections(table),
  limit: rateLimiter(limits, dynamoRateCounter(table), clock),
  settings: env.SETTINGS,
  // Loaded late: it is wanted only where a person has as many connections as they may.
  forgetLost: async (connections) => {
    const [{ forgetLost }, { sendingOver }] = await Promise.all([import('./forget-lost.ts'), import('./sending.ts')]);
    await forgetLost(connections, sendingOver(table, env.MANAGEMENT_URL));
  },
  publicUrl: env.PUBLIC_URL,
  endAt: (connectionId, at) => plan({ connectionId, at: at.getTime() }, clock()),
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
