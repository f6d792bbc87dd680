import type { MediaRecord } from '../domain/media.ts';
import { type MediaFile, storedBytes, withFile, withoutFile } from '../domain/media-file.ts';
import type { UploadSession } from '../domain/upload.ts';
import { dueKeys, listingKeys, mediaKey, versionKey } from './keys.ts';
import type { Table, TransactItem } from './table.ts';
import { forgetTags, refileTags, withTagsOf } from './tagging.ts';
import { kindChange, type TotalsDelta, totalsUpdate } from './totals.ts';

/** When a record gets another file, or none; and when the sweep removes from the bucket what the file before left there. */
export interface FileChange {
  readonly at: string;
  readonly removeAt: string;
}

/**
 * Gives a record the file that an upload session brought, in one transaction with the end of the session. `finish` is that
 * end; its condition is that the session is open. False when it is not, or when the record has another file by now.
 */
export const replaceFile = (
  table: Table,
  { session, record, file, finish, ...change }: FileChange & Replacement,
): Promise<boolean> =>
  withTagsOf(
    table,
    record,
    'active',
    (current, { known, gone }) => {
      const after = { ...withFile(current, file), tagIds: known };
      // The session reserved the whole of the new file; what the old one took up is free from here on.
      const delta = { bytes: file.fileSize - storedBytes(current), committed: -storedBytes(current) };
      return [
        finish,
        ...steps(current, after, { ...change, delta: { ...delta, ...kindChange(current.kind, file.kind) } }),
        ...forgetTags(session.mediaId, gone),
      ];
    },
    (failed) => failed.includes(0),
  );

interface Replacement {
  readonly session: UploadSession;
  readonly record: MediaRecord;
  readonly file: MediaFile;
  readonly finish: TransactItem;
}

/** Takes the file off a record. False when the record is not active, or has another file by now. */
export const removeFile = (table: Table, record: MediaRecord, change: FileChange): Promise<boolean> =>
  withTagsOf(table, record, 'active', (current, { known, gone }) => {
    const after = { ...withoutFile(current), tagIds: known };
    const freed = -storedBytes(current);
    return [
      ...steps(current, after, { ...change, delta: { bytes: freed, committed: freed } }),
      ...forgetTags(current.id, gone),
    ];
  });

const steps = (
  before: MediaRecord,
  after: MediaRecord,
  { at, removeAt, delta }: FileChange & { readonly delta: TotalsDelta },
): readonly TransactItem[] => [
  recordUpdate(before, after, at),
  totalsUpdate(before.teamId, delta),
  ...(before.fileVersion === null ? [] : [leave(before, before.fileVersion, removeAt)]),
  ...refileTags(after, before.kind, after.tagIds),
];

const recordUpdate = (before: MediaRecord, after: MediaRecord, at: string): TransactItem => {
  const fields = Object.entries(after).filter(([name, value]) => value !== before[name as keyof MediaRecord]);
  const { nameSizePk, checksumPk, ...places } = listingKeys(after);
  const keys = Object.entries({ nameSizePk, checksumPk });
  const set = Object.fromEntries([
    ...fields,
    ...Object.entries(places),
    ...keys.filter(([, value]) => value !== undefined),
    ['updatedAt', at],
  ]);
  const removed = keys.filter(([, value]) => value === undefined).map(([name]) => name);
  const names = Object.keys(set);
  return {
    Update: {
      Key: mediaKey(before.id),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''} ADD version :one`,
      ConditionExpression:
        '#state = :active AND #fileVersion = :beforeVersion AND #externalUrl = :beforeUrl AND #tagIds = :beforeTags',
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        '#state': 'state',
        '#fileVersion': 'fileVersion',
        '#externalUrl': 'externalUrl',
        '#tagIds': 'tagIds',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
        ':one': 1,
        ':active': 'active',
        ':beforeVersion': before.fileVersion,
        ':beforeUrl': before.externalUrl,
        ':beforeTags': before.tagIds,
      },
    },
  };
};

/** Notes a version that its record no longer has, for the sweep. */
const leave = ({ id, teamId }: MediaRecord, fileVersion: string, removeAt: string): TransactItem => ({
  Put: {
    Item: {
      ...versionKey(fileVersion),
      teamId,
      mediaId: id,
      fileVersion,
      ...dueKeys('version', fileVersion, removeAt),
    },
  },
});
