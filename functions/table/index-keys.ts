import type { MediaRecord, MediaState } from '../domain/media.ts';
import { hasFile } from '../domain/media-file.ts';
import { foldName } from '../domain/names.ts';

/** Sort keys hold at most 1,024 bytes; a name of 255 characters may have more, and 200 determine any visible order. */
const SORTED_NAME_LENGTH = 200;
/** Cutting through an emoji would leave half a character, which DynamoDB refuses to store. */
const sortedName = (filename: string): string => foldName(filename).slice(0, SORTED_NAME_LENGTH).toWellFormed();
/** Enough digits for the largest safe integer. */
const SIZE_DIGITS = 16;

export const nameSizePk = (teamId: string, filename: string, size: number): string => `${teamId}#${filename}#${size}`;

/** The index attributes that follow from a record: team, state and kind decide the range, three values the orders. */
export const listingKeys = (record: MediaRecord): Record<string, string> => {
  const range = listRange(record.teamId, record.state);
  return {
    listPk: range,
    kindPk: `${range}#${record.kind}`,
    createdSk: `${record.createdAt}#${record.id}`,
    filenameSk: `${sortedName(record.filename)}#${record.id}`,
    sizeSk: `${String(record.fileSize).padStart(SIZE_DIGITS, '0')}#${record.id}`,
    // Two records without a file have nothing in common that would make one a duplicate of the other.
    ...(hasFile(record) ? { nameSizePk: nameSizePk(record.teamId, record.filename, record.fileSize) } : {}),
    // A checksum that is no SHA-256 of the whole would never be queried.
    ...(record.checksum === null || record.checksumAlgorithm
      ? {}
      : { checksumPk: `${record.teamId}#${record.checksum}` }),
  };
};

/** The list attributes of a record: the values that every order and kind is read by. */
export type ListKeys = Readonly<Record<'listPk' | 'kindPk' | 'createdSk' | 'filenameSk' | 'sizeSk', string>>;

/** The list entry of a record for a tag, in the same orders as in the library. */
export const taggedPlace = (tagId: string, record: MediaRecord): ListKeys => {
  const { createdSk = '', filenameSk = '', sizeSk = '' } = listingKeys(record);
  const range = tagRange(tagId, record.state);
  return { listPk: range, kindPk: `${range}#${record.kind}`, createdSk, filenameSk, sizeSk };
};

/** The unfinished uploads of a person, in the index of the library's lists. */
export const pendingKeys = ({ userId, createdAt, id }: { userId: string; createdAt: string; id: string }) => ({
  listPk: pendingRange(userId),
  createdSk: `${createdAt}#${id}`,
});
export const pendingRange = (userId: string): string => `pending#${userId}`;

export const tagRange = (tagId: string, state: MediaState): string => `tag#${tagId}#${state}`;

export const listRange = (teamId: string, state: MediaState): string => `${teamId}#${state}`;

/** The work of the sweep. Spread over a few partitions, since every upload writes it. */
export type DueWork = 'upload' | 'purge' | 'guest' | 'version';
const DUE_SHARDS = 4;
const shardOf = (id: string): number => (id.codePointAt(id.length - 1) ?? 0) % DUE_SHARDS;
export const duePartitions = (work: DueWork): readonly string[] =>
  Array.from({ length: DUE_SHARDS }, (_, shard) => `DUE#${work}#${shard}`);
/** The sort key is the time, what it is, and the team whose work it is: the index projects nothing else. */
export const dueKeys = (work: DueWork, id: string, at: string, teamId: string): { duePk: string; dueSk: string } => ({
  duePk: `DUE#${work}#${shardOf(id)}`,
  dueSk: `${at}#${id}${BEFORE_TEAM}${teamId}`,
});
/** In no id; the `#` is in those of versions. */
const BEFORE_TEAM = '~';
/** What a sort key says is due. One that was stored by an older version names no team. */
export const dueIn = (dueSk: string): { readonly id: string; readonly teamId: string } => {
  const [id = '', teamId = ''] = dueSk.slice(dueSk.indexOf('#') + 1).split(BEFORE_TEAM);
  return { id, teamId };
};
