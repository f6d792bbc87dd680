import type { MediaKind, MediaState, ObjectRef } from '../domain/media.ts';
import type { RetainedVersion } from '../domain/media-file.ts';
import { countOf } from '../library/totals.ts';
import { totalsKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** Counters by the names that they have in a team's totals. */
export type TeamCount = Readonly<Record<string, number>>;

/** What a recount reads and sets. */
export interface RecountStore {
  /** The stored totals, by team; `changes` counts the writes that changed them. */
  totals(): Promise<ReadonlyMap<string, TeamCount>>;
  /** The same numbers, computed from the stored items. */
  count(): Promise<ReadonlyMap<string, TeamCount>>;
  /** False when the totals moved since they had this number of changes. */
  heal(teamId: string, count: TeamCount, changes: number | undefined): Promise<boolean>;
}

const TEAM_OF_TOTALS = /^COUNT#(.+)$/;
/**
 * Sessions whose bytes are promised and not yet those of a record; a failed one until the sweep has removed its
 * original.
 */
const PROMISING = new Set(['pending', 'processing']);

/** Reads the whole table, consistently: the price of a recount that no delay of an index can mislead. */
export const dynamoRecount = (table: Table): RecountStore => {
  const scan = async (sk: string, visit: (item: Record<string, unknown>) => void): Promise<void> =>
    scanFor('sk = :sk', sk, visit);
  const scanFor = async (
    FilterExpression: string,
    sk: string,
    visit: (item: Record<string, unknown>) => void,
  ): Promise<void> => {
    let start: Record<string, unknown> | undefined;
    do {
      const page = await table.scan({
        FilterExpression,
        ExpressionAttributeValues: { ':sk': sk },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      });
      for (const item of page.Items ?? []) visit(item);
      start = page.LastEvaluatedKey;
    } while (start);
  };

  return {
    totals: async () => {
      const totals = new Map<string, TeamCount>();
      await scan('TOTALS', ({ pk, sk: _sk, ...counters }) => {
        const teamId = TEAM_OF_TOTALS.exec(String(pk))?.[1];
        if (teamId) totals.set(teamId, counters as TeamCount);
      });
      return totals;
    },

    count: async () => {
      const counts = new Map<string, Record<string, number>>();
      const add = (teamId: unknown, delta: TeamCount): void => {
        const count = counts.get(String(teamId)) ?? {};
        for (const [name, by] of Object.entries(delta)) count[name] = (count[name] ?? 0) + by;
        counts.set(String(teamId), count);
      };
      // What several hold counts once; few objects are such, and there is an item for each.
      const shared = new Map<unknown, boolean>();
      await scan('OBJECT', ({ pk }) => shared.set(String(pk).replace('OBJECT#', ''), false));
      const addBytes = (teamId: unknown, objectVersion: unknown, bytes: number): void => {
        if (shared.get(objectVersion) === true) return;
        if (shared.has(objectVersion)) shared.set(objectVersion, true);
        add(teamId, { bytes, committed: bytes });
      };
      await scan('MEDIA', ({ teamId, state, kind, externalUrl, fileSize, fileVersion, storedAs }) => {
        const place = storedAs as ObjectRef | null | undefined;
        addBytes(teamId, place?.fileVersion ?? fileVersion, externalUrl === null ? Number(fileSize) : 0);
        add(teamId, { records: 1 });
        if (state !== 'purging') add(teamId, countOf(state as MediaState, kind as MediaKind, 1));
      });
      await scanFor('begins_with(sk, :sk)', 'VERSION#', (item) => {
        const { teamId, place, fileSize, current, released } = item as unknown as RetainedVersion;
        if (!current && !released) addBytes(teamId, place.fileVersion, fileSize);
      });
      await scan('UPLOAD', ({ teamId, status, fileSize, duePk, replaces }) => {
        const isOpen = PROMISING.has(String(status));
        if (isOpen && replaces === undefined) add(teamId, { records: 1 });
        if (isOpen || (status === 'failed' && duePk !== undefined)) add(teamId, { committed: Number(fileSize) });
      });
      return counts;
    },

    heal: async (teamId, count, changes) => {
      const names = Object.keys(count);
      const answer = await table.update({
        Key: totalsKey(teamId),
        UpdateExpression: `SET ${names.map((_, index) => `#${index} = :${index}`).join(', ')} ADD #changes :one`,
        ConditionExpression: changes === undefined ? 'attribute_not_exists(#changes)' : '#changes = :changes',
        ExpressionAttributeNames: {
          '#changes': 'changes',
          ...Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
        },
        ExpressionAttributeValues: {
          ':one': 1,
          ...(changes === undefined ? {} : { ':changes': changes }),
          ...Object.fromEntries(names.map((name, index) => [`:${index}`, count[name]])),
        },
      });
      return answer !== undefined;
    },
  };
};
