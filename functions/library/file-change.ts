import { type MediaRecord, objectRefOf } from '../domain/media.ts';
import {
  fileOf,
  isLeft,
  type MediaFile,
  type RetainedVersion,
  tooManyVersions,
  withFile,
  withoutFile,
} from '../domain/media-file.ts';
import { dueKeys, listingKeys } from '../table/index-keys.ts';
import { ABOVE, mediaKey, versionKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';
import { removeMetadata } from './metadata-store.ts';
import { forgetTags, moveTagEntries, withTagsOf } from './tagging.ts';
import { kindChange, type TotalsDelta, totalsUpdate } from './totals.ts';

/** When a record gives up its file, and until when the file is kept; a file that is not `kept` cannot be restored. */
export interface Retention {
  readonly at: string;
  readonly until: string;
  readonly kept: boolean;
}

interface Replacement {
  readonly record: MediaRecord;
  readonly file: MediaFile;
  /** A condition beside the change of the record; the change is given up when it fails. */
  readonly with: readonly TransactItem[];
  /** Stored bytes that the file adds; those of the former file count until its reference is dropped. */
  readonly bytes: number;
  readonly leaving: Retention;
  /** Versions that the record may keep; restoring one leaves their number unchanged. */
  readonly mostKept?: number;
}

/**
 * Gives a record another file. False when it is not active, has another file by now, or a condition beside it fails. Throws
 * `CONFLICT` if the record keeps as many versions as allowed.
 */
export const replaceFile = (
  table: Table,
  { record, file, with: beside, bytes, leaving, mostKept }: Replacement,
): Promise<boolean> =>
  withTagsOf(
    table,
    record,
    'active',
    async (current, { known, gone }) => {
      if (mostKept !== undefined) await expectRoomBeside(table, current, mostKept);
      const after = { ...withFile(current, file), tagIds: known };
      const delta = { bytes, ...kindChange(current.kind, file.kind) };
      return [...beside, ...steps(current, after, leaving, delta), ...forgetTags(record.id, gone)];
    },
    (failed) => failed.some((position) => position < beside.length),
  );

/**
 * Every change that retains a version raises the record's state number, and the following transaction has the earlier number as
 * its condition: the count cannot grow in between.
 */
const expectRoomBeside = async (table: Table, { id }: MediaRecord, most: number): Promise<void> => {
  const { Items = [] } = await table.query({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': mediaKey(id).pk, ':from': 'VERSION#', ':to': `VERSION#${ABOVE}` },
    ConsistentRead: true,
  });
  if (Items.filter(isLeft).length >= most) throw tooManyVersions(most);
};

/**
 * Gives a record its retained `version` back; the record retains its current one. False when it is not active, has another file
 * by now, or the version was released or retained anew.
 */
export const restoreVersion = (
  table: Table,
  record: MediaRecord,
  version: RetainedVersion & { readonly file: MediaFile },
  leaving: Retention,
): Promise<boolean> => replaceFile(table, { record, file: version.file, with: [reattach(version)], bytes: 0, leaving });

/** Takes the file off a record. False when the record is not active, or has another file by now. */
export const removeFile = (table: Table, record: MediaRecord, leaving: Retention): Promise<boolean> =>
  withTagsOf(table, record, 'active', (current, { known, gone }) => {
    const after = { ...withoutFile(current), tagIds: known };
    // The embedded metadata of the file, a location or a camera included, is removed with it.
    return [...steps(current, after, leaving, {}), removeMetadata(current.id), ...forgetTags(current.id, gone)];
  });

const steps = (
  before: MediaRecord,
  after: MediaRecord,
  leaving: Retention,
  delta: TotalsDelta,
): readonly TransactItem[] => [
  recordUpdate(before, after, leaving.at),
  totalsUpdate(before.teamId, delta),
  ...retainVersion(before, leaving),
  ...moveTagEntries(after, before.kind, after.tagIds),
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
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''} ADD #version :one`,
      ConditionExpression:
        '#state = :active AND #version = :before AND #fileVersion = :beforeVersion AND #externalUrl = :beforeUrl AND #tagIds = :beforeTags',
      ExpressionAttributeNames: {
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        '#state': 'state',
        '#version': 'version',
        '#fileVersion': 'fileVersion',
        '#externalUrl': 'externalUrl',
        '#tagIds': 'tagIds',
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, set[name]])),
        ':one': 1,
        ':active': 'active',
        ':before': before.version,
        ':beforeVersion': before.fileVersion,
        ':beforeUrl': before.externalUrl,
        ':beforeTags': before.tagIds,
      },
    },
  };
};

/** The item of the version that a record retains; none for a record without a file of ours. */
export const retainVersion = (record: MediaRecord, { at, until, kept }: Retention): readonly TransactItem[] => {
  const place = objectRefOf(record);
  if (record.fileVersion === null || !place) return [];
  const version: RetainedVersion = {
    teamId: record.teamId,
    mediaId: record.id,
    fileVersion: record.fileVersion,
    place,
    fileSize: record.fileSize,
    leftAt: at,
    keptUntil: until,
    ...(kept ? { file: fileOf(record) } : {}),
  };
  const due = dueKeys('version', `${version.mediaId}#${version.fileVersion}`, until, version.teamId);
  return [{ Put: { Item: { ...versionKey(version), ...version, ...due } } }];
};

/** A version becomes that of its record again; the note stays, so that its object has a holder at every moment. */
const reattach = (version: RetainedVersion): TransactItem => ({
  Update: {
    Key: versionKey(version),
    UpdateExpression: 'SET #current = :true REMOVE duePk, dueSk',
    ConditionExpression: 'leftAt = :leftAt AND attribute_not_exists(released) AND attribute_not_exists(#current)',
    ExpressionAttributeNames: { '#current': 'current' },
    ExpressionAttributeValues: { ':true': true, ':leftAt': version.leftAt },
  },
});
