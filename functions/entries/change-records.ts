import type { ChangeRecordDeps } from '../bulk/change-record.ts';
import type { Settings } from '../domain/settings.ts';
import { s3Files } from '../files/file-store.ts';
import { dynamoMedia } from '../library/media-store.ts';
import { retag } from '../library/retag.ts';
import { restoreMedia } from '../lifecycle/restore-media.ts';
import type { Table } from '../table/table.ts';
import { clock } from './api-context.ts';

/** The steps of a change of many records, for the function that answers a call and the one that works on a job. */
export const changeRecordDeps = (
  table: Table,
  { BUCKET, SETTINGS: settings }: { readonly BUCKET: string; readonly SETTINGS: Settings },
): ChangeRecordDeps => {
  const media = dynamoMedia(table);
  return {
    media,
    retag: retag(table),
    restore: restoreMedia({ media, files: s3Files(BUCKET), settings, clock }),
    settings,
    clock,
  };
};
