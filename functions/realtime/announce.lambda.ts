import type { DynamoDBStreamEvent } from 'aws-lambda';
import { logFault } from '../api/log.ts';
import { AnnounceEnvironment } from '../environment.ts';
import { dynamoConnections } from '../stores/connection-store.ts';
import { dynamoEventLog } from '../stores/event-log.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { announce } from './announce.ts';
import { sendTo } from './send.ts';

const env = AnnounceEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const tell = announce({
  log: dynamoEventLog(table),
  connections: dynamoConnections(table),
  send: sendTo(env.MANAGEMENT_URL),
  publicUrl: env.PUBLIC_URL,
  show: showTags(table),
  clock: () => new Date(),
  reportFailure: (connectionId, error) => logFault(connectionId, error),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => tell(event.Records);
