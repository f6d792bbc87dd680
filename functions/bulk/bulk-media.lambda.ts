import {
  v1BulkDelete,
  v1BulkRestore,
  v1BulkTag,
  v1BulkUntag,
  v1BulkVisibility,
  v1CancelBulkJob,
  v1GetBulkJob,
  v1UndoBulkJob,
} from '../dialects/v1/bulk.ts';
import { apiContextOf, clock } from '../entries/api-context.ts';
import { changeRecordDeps } from '../entries/change-records.ts';
import { s3Files } from '../files/file-store.ts';
import { bindRoute, serveAll } from '../http/serve.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { dynamoObjects } from '../library/object-store.ts';
import { dynamoTags } from '../library/tag-store.ts';
import { dynamoVersions } from '../library/version-store.ts';
import { deleteForGood } from '../lifecycle/delete-for-good.ts';
import { dynamoDue } from '../lifecycle/due-store.ts';
import { searchMedia } from '../search/search-media.ts';
import { dynamoSearch } from '../search/search-store.ts';
import { BulkMediaEnvironment } from '../shared/environment.ts';
import { dynamoClaims } from '../table/claim-store.ts';
import { openTable } from '../table/table.ts';
import { bulkChange } from './bulk-change.ts';
import { sqsBulkQueue } from './bulk-queue.ts';
import { dynamoBulk } from './bulk-store.ts';
import { changeMany } from './change-many.ts';
import { changeRecord } from './change-record.ts';
import { cancelBulkJob, getBulkJob, startBulk, undoBulkJob } from './jobs.ts';
import { countSelected } from './select-records.ts';

const env = BulkMediaEnvironment.parse(process.env);
const table = openTable(env.TABLE);
const media = dynamoMedia(table);
const jobs = dynamoBulk(table);
const steps = changeRecordDeps(table, env);
const remove = deleteForGood({
  ...steps,
  media,
  due: dynamoDue(table),
  versions: dynamoVersions(table),
  objects: dynamoObjects(table),
  files: s3Files(env.BUCKET),
});
const deps = {
  jobs,
  count: countSelected({ media, tags: dynamoTags(table), search: searchMedia(dynamoSearch(table)), jobs }),
  claims: dynamoClaims(table, clock),
  queue: sqsBulkQueue(env.BULK_QUEUE_URL),
  newId: () => crypto.randomUUID(),
  clock,
};
const change = bulkChange({
  changeMany: changeMany({ media, changeRecord: changeRecord({ ...steps, deleteForGood: remove }) }),
  startBulk: startBulk(deps),
});

export const handler = serveAll(
  [
    ...[v1BulkTag, v1BulkUntag, v1BulkDelete, v1BulkRestore, v1BulkVisibility].map((route) => bindRoute(change, route)),
    bindRoute(getBulkJob(deps), v1GetBulkJob),
    bindRoute(cancelBulkJob(deps), v1CancelBulkJob),
    bindRoute(undoBulkJob(deps), v1UndoBulkJob),
  ],
  apiContextOf(env, table),
);
