import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { AnnounceEnvironment } from '../environment.ts';
import { openTable } from '../stores/table.ts';
import { showTags } from '../stores/tag-store.ts';
import { announce } from './announce.ts';
import { fanOutBy } from './invoke.ts';
import { sendingOver } from './sending.ts';

const env = AnnounceEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const tell = announce({
  ...sendingOver(table, env.MANAGEMENT_URL),
  ...fanOutBy(env.FAN_OUT),
  accounts: dynamoAccounts(table),
  publicUrl: env.PUBLIC_URL,
  show: showTags(table),
});

export const handler = async (event: DynamoDBStreamEvent): Promise<void> => tell(event.Records);
