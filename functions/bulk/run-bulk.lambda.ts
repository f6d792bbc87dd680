import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamoAccounts } from '../accounts/account-store.ts';
import { clock } from '../entries/api-context.ts';
import { changeRecordDeps } from '../entries/change-records.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoSearch } from '../search/search-store.ts';
import { RunBulkEnvironment } from '../shared/environment.ts';
import { takeMessages } from '../shared/take-messages.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { type BulkTask, sqsBulkQueue } from './bulk-queue.ts';
import { dynamoBulk } from './bulk-store.ts';
import { changeMany } from './change-many.ts';
import { changeRecord } from './change-record.ts';
import { giveUpBulk, runBulk } from './run-job.ts';
import { selectPage } from './select-records.ts';

const env = RunBulkEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const media = dynamoMedia(table);
const jobs = dynamoBulk(table);
const queue = sqsBulkQueue(env.BULK_QUEUE_URL);
const deps = {
  accounts: dynamoAccounts(table),
  jobs,
  selectPage: selectPage({ media, tags: dynamoTags(table), search: searchMedia(dynamoSearch(table)), jobs }),
  changeMany: changeMany({ media, changeRecord: changeRecord(changeRecordDeps(table, env)) }),
  queue,
  claims: dynamoClaims(table, clock),
  clock,
};
const run = runBulk(deps);
const giveUp = giveUpBulk(deps);

/** The longest time that the records of a page take, with the database at its slowest. */
const PAGE_MILLISECONDS = 25_000;

/** Jobs come one in a batch: a crash affects no other. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const attempts = Math.max(...event.Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
  const work = async (task: BulkTask): Promise<void> => {
    try {
      await run(task, () => context.getRemainingTimeInMillis() > PAGE_MILLISECONDS);
    } catch (error) {
      if (attempts >= env.RECEIVES) await giveUp(task);
      throw error;
    }
  };
  return takeMessages(work, queue)(event);
};
