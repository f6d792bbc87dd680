import { MediaError } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import type { MediaEdit, MediaStore } from '../domain/ports.ts';
import { RECORD_TEXTS } from '../domain/record-fields.ts';
import { noRecord, type RefusalCode } from '../domain/upload.ts';
import { dueKeys, listingKeys } from '../table/index-keys.ts';
import { mediaKey, refusedKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { removeFile, restoreVersion } from './file-change.ts';
import { mediaRecord, putMedia } from './media-item.ts';
import { listMedia } from './media-list.ts';
import { forgetTags, moveTags, withTagsOf } from './tagging.ts';
import { countOf, totalsUpdate } from './totals.ts';
import { withinQuota } from './within-quota.ts';

const ATTEMPTS = 8;

/** Media records in DynamoDB. */
export const dynamoMedia = (table: Table): MediaStore => ({
  get: async (id) => {
    const item = await table.get(mediaKey(id));
    return item && mediaRecord(item);
  },

  list: (query) => listMedia(table, query),

  create: async (record, mostRecords) => {
    const change = {
      teamId: record.teamId,
      delta: { ...countOf(record.state, record.kind, 1), records: 1 },
      most: { records: mostRecords },
    };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const items = putMedia(record);
      const failed = await withinQuota(table, change, items.length, (counted) => table.transact([...items, counted]));
      if (typeof failed === 'string') throw noRecord(mostRecords);
      if (failed.length === 0) return;
      if (failed.includes(0)) throw new Error(`media id ${record.id} is taken`);
      // The number is in use: another one is drawn.
    }
    throw new MediaError('BUSY', 'No free number was found for this media', { retryAfter: 1 });
  },

  edit: async (id, edit, at, versions) => {
    if (versions?.length === 0) return undefined;
    const token = crypto.randomUUID();
    const answer = await table.update(editExpression({ id, edit, at, token, versions }));
    if (answer?.Attributes) return mediaRecord(answer.Attributes);
    // When the answer is lost, the SDK repeats the edit, which then finds itself.
    const item = await table.get(mediaKey(id));
    return item?.editToken === token ? mediaRecord(item) : undefined;
  },

  softDelete: (record, at, purgeAt) => transition(table, record, { to: 'deleted', at, purgeAt }),

  restore: (record, at) => transition(table, record, { to: 'active', at }),

  // Its bytes were to be removed: the sweep does at once what the caller cannot.
  removeFile: (record, at) => removeFile(table, record, { at, until: at, kept: false }),

  restoreVersion: (record, version, at, until) => restoreVersion(table, record, version, { at, until, kept: true }),

  refusal: async (mediaId) => {
    const item = await table.get(refusedKey(mediaId));
    return item && { teamId: String(item.teamId), code: item.code as RefusalCode };
  },
});

type Transition =
  | { readonly to: 'deleted'; readonly at: string; readonly purgeAt: string }
  | { readonly to: 'active'; readonly at: string };

/**
 * Moves a record between the library and the trash, and its count with it. False when the record is no longer where it was
 * read, or has another file. The trash is ordered by the time of deletion, and its records are no duplicates.
 */
const transition = async (table: Table, record: MediaRecord, step: Transition): Promise<boolean> => {
  const [from, to] = step.to === 'deleted' ? (['active', 'deleted'] as const) : (['deleted', 'active'] as const);
  return withTagsOf(table, record, from, (current, { known, gone }) => {
    const createdAt = step.to === 'deleted' ? step.at : current.createdAt;
    const listed: MediaRecord = { ...current, state: to, createdAt };
    const { nameSizePk, checksumPk, ...range } = listingKeys(listed);
    const moved: Record<string, unknown> =
      step.to === 'deleted'
        ? { ...range, tagIds: known, deletedAt: step.at, ...dueKeys('purge', current.id, step.purgeAt, current.teamId) }
        : {
            ...range,
            tagIds: known,
            deletedAt: null,
            ...(nameSizePk === undefined ? {} : { nameSizePk }),
            ...(checksumPk === undefined ? {} : { checksumPk }),
          };
    const set = Object.keys(moved);
    return [
      {
        Update: {
          Key: mediaKey(current.id),
          UpdateExpression: `SET #state = :to, updatedAt = :at${set.map((name) => `, ${name} = :${name}`).join('')} REMOVE ${step.to === 'deleted' ? 'nameSizePk, checksumPk' : 'duePk, dueSk'} ADD version :one`,
          ConditionExpression: '#state = :from AND fileVersion = :fileVersion AND tagIds = :before',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':from': from,
            ':to': to,
            ':at': step.at,
            ':fileVersion': current.fileVersion,
            ':before': current.tagIds,
            ':one': 1,
            ...Object.fromEntries(set.map((name) => [`:${name}`, moved[name]])),
          },
        },
      },
      totalsUpdate(current.teamId, { ...countOf(from, current.kind, -1), ...countOf(to, current.kind, 1) }),
      ...moveTags(listed, from, known),
      ...forgetTags(current.id, gone),
    ];
  });
};

const EDITABLE = Object.keys({
  ...RECORD_TEXTS,
  ...{ visibility: true, focalX: true, focalY: true },
} satisfies Record<keyof MediaEdit, unknown>) as readonly (keyof MediaEdit)[];

interface EditOfRecord {
  readonly id: string;
  readonly edit: MediaEdit;
  readonly at: string;
  readonly token: string;
  readonly versions: readonly number[] | undefined;
}

const editExpression = ({ id, edit, at, token, versions }: EditOfRecord): Parameters<Table['update']>[0] => {
  const isVersion = versions && ` AND #version IN (${versions.map((_, index) => `:version${index}`).join(', ')})`;
  const fields = EDITABLE.filter((field) => edit[field] !== undefined);
  return {
    Key: mediaKey(id),
    UpdateExpression: `SET updatedAt = :at, editToken = :token${fields.map((field) => `, #${field} = :${field}`).join('')} ADD version :one`,
    ConditionExpression: `#state = :active AND (attribute_not_exists(editToken) OR editToken <> :token)${isVersion ?? ''}`,
    // Placeholders, because DynamoDB reserves words that texts may be named by.
    ExpressionAttributeNames: {
      '#state': 'state',
      ...(versions ? { '#version': 'version' } : {}),
      ...Object.fromEntries(fields.map((field) => [`#${field}`, field])),
    },
    ExpressionAttributeValues: {
      ':at': at,
      ':token': token,
      ':one': 1,
      ':active': 'active',
      ...Object.fromEntries((versions ?? []).map((version, index) => [`:version${index}`, version])),
      ...Object.fromEntries(fields.map((field) => [`:${field}`, edit[field]])),
    },
    ReturnValues: 'ALL_NEW',
  };
};
