import type { MediaKind, MediaState } from '../domain/media.ts';
import { totalsKey } from '../table/keys.ts';
import type { Table, TransactItem } from '../table/table.ts';

/**
 * Counters and quota of a team, one item, changed only inside the transaction that changes the counted items. This keeps them
 * exact under retries: a repeated transaction fails at its condition and counts nothing.
 *
 * `bytes` are stored, `committed` are stored or reserved by open uploads; the quota is checked against the latter.
 */
export interface Totals {
  readonly bytes: number;
  readonly committed: number;
  /** Records that are there in any state, or promised to open uploads. */
  readonly records: number;
  readonly active: Readonly<Record<MediaKind | 'all', number>>;
  readonly deleted: number;
}

export type TotalsDelta = Readonly<Record<string, number>>;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The counters that change when a record of a kind enters (+1) or leaves (-1) a state. */
export const countOf = (state: MediaState, kind: MediaKind, by: 1 | -1): TotalsDelta =>
  state === 'active' ? { activeAll: by, [`active${capital(kind)}`]: by } : { deletedAll: by };

/** The counters that an active record moves when its file becomes one of another kind. */
export const kindChange = (before: MediaKind, after: MediaKind): TotalsDelta => {
  const [out, into] = [`active${capital(before)}`, `active${capital(after)}`];
  return before === after ? {} : { [out]: -1, [into]: 1 };
};

/** The update of a team's totals, for a transaction; with `room`, only while no counter named there is above its number. */
export const totalsUpdate = (teamId: string, delta: TotalsDelta, room: TotalsDelta = {}): TransactItem => {
  const bounds = Object.entries(room);
  // Counts the changes themselves: a recount knows by it that nothing moved meanwhile.
  const moved = Object.entries({ ...delta, changes: 1 }).filter(([, by]) => by !== 0);
  return {
    Update: {
      Key: totalsKey(teamId),
      UpdateExpression: `ADD ${moved.map((_, index) => `#${index} :${index}`).join(', ')}`,
      ExpressionAttributeNames: {
        ...Object.fromEntries(moved.map(([name], index) => [`#${index}`, name])),
        ...Object.fromEntries(bounds.map(([name], index) => [`#bound${index}`, name])),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(moved.map(([, by], index) => [`:${index}`, by])),
        ...Object.fromEntries(bounds.map(([, most], index) => [`:bound${index}`, most])),
      },
      ...(bounds.length === 0
        ? {}
        : {
            ConditionExpression: bounds
              .map((_, index) => `(attribute_not_exists(#bound${index}) OR #bound${index} <= :bound${index})`)
              .join(' AND '),
          }),
    },
  };
};

/** The counters of records in an item that carries them. */
export const countsOf = (item: Readonly<Record<string, unknown>>): Pick<Totals, 'active' | 'deleted'> => {
  const count = (name: string): number => Number(item[name] ?? 0);
  return {
    active: {
      all: count('activeAll'),
      image: count('activeImage'),
      video: count('activeVideo'),
      audio: count('activeAudio'),
      document: count('activeDocument'),
    },
    deleted: count('deletedAll'),
  };
};

export const readTotals = async (table: Table, teamId: string): Promise<Totals> => {
  const item = (await table.get(totalsKey(teamId))) ?? {};
  return {
    bytes: Number(item.bytes ?? 0),
    committed: Number(item.committed ?? 0),
    records: Number(item.records ?? 0),
    ...countsOf(item),
  };
};
