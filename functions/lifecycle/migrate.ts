import { dataVersionKey } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';
import type { Migration } from './migrations.ts';

export interface Migrated {
  /** The version that the data are of now. */
  readonly version: number;
  /** Items that were looked at, and those that were changed, by this call. */
  readonly items: number;
  readonly changed: number;
  /** False when time ran out: another call goes on from here. */
  readonly done: boolean;
}

interface Progress {
  readonly version: number;
  /** The step that is under way, and how far it is. */
  readonly towards?: number | undefined;
  readonly after?: Record<string, unknown> | undefined;
}

/** Items that are looked at before the clock is. */
const PAGE = 500;

/**
 * Brings the data from whatever version they are of to that of the code, a step at a time and a page of the table at a time. It goes
 * on where a call before it stopped, may be called again and by two at once, and runs beside a library in use.
 */
export const migrate =
  ({ table, migrations, page = PAGE }: { table: Table; migrations: readonly Migration[]; page?: number }) =>
  async (hasTime: () => boolean): Promise<Migrated> => {
    const tally = { items: 0, changed: 0 };
    let { version, towards, after } = await readProgress(table);
    const newest = migrations.at(-1)?.version ?? 0;
    if (version > newest)
      throw new Error(`the data are of version ${version} and this code knows ${newest}: deploy the newer code again`);
    for (const migration of migrations.filter((each) => each.version > version)) {
      let start = towards === migration.version ? after : undefined;
      do {
        const found = await table.scan({ ConsistentRead: true, ExclusiveStartKey: start, Limit: page });
        for (const item of (found.Items ?? []) as (Record<string, unknown> & Key)[]) {
          tally.items += 1;
          if (await migration.change(table, item)) tally.changed += 1;
        }
        start = found.LastEvaluatedKey;
        if (start && !(await note(table, { version, towards: migration.version, after: start }))) break;
        if (start && !hasTime()) return { version, ...tally, done: false };
      } while (start);
      await note(table, { version: migration.version });
      ({ version, towards, after } = await readProgress(table));
    }
    return { version, ...tally, done: true };
  };

const readProgress = async (table: Table): Promise<Progress> => {
  const item = await table.get(dataVersionKey);
  return { version: 0, ...(item as Partial<Progress> | undefined) };
};

/** False when another call has reached a later version: it never goes back. */
const note = (table: Table, progress: Progress): Promise<boolean> =>
  table.put({
    Item: { ...dataVersionKey, ...progress },
    ConditionExpression: 'attribute_not_exists(#version) OR #version <= :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': progress.version },
  });
