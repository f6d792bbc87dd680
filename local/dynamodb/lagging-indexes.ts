import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../ports.ts';
import type { TableSpec } from '../template/data.ts';
import { startEngine } from './engine.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import { ensureTables } from './tables.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Global indexes that follow their table after a while, as those of DynamoDB do. */
export interface LaggingIndexes extends Service {
  /** The address for reads of an index; undefined for all other requests. */
  addressFor(operation: string, body: Fields): URL | undefined;
  /** Hears of a request that the engine has answered. */
  answered(operation: string, body: Fields): void;
}

export interface LagOptions {
  readonly folder: string;
  readonly tables: () => readonly TableSpec[];
  /** The engine of the table. */
  readonly client: EngineClient;
  /** Resolves when a change comes to the indexes; rejects when the signal ends the wait. */
  readonly lag: (signal: AbortSignal) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}

const RANGED = new Set(['Query', 'Scan']);

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** The items that a request may have written: tables, and keys or whole items. */
const writtenBy = (operation: string, body: Fields): readonly Fields[] => {
  if (['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation)) return [body];
  if (operation === 'TransactWriteItems') {
    return ((body.TransactItems ?? []) as readonly unknown[]).map((each) => fields(Object.values(fields(each))[0]));
  }
  if (operation !== 'BatchWriteItem') return [];
  return Object.entries(fields(body.RequestItems)).flatMap(([TableName, requests]) =>
    (requests as readonly unknown[]).map((each) => ({ TableName, ...fields(Object.values(fields(each))[0]) })),
  );
};

/**
 * Starts indexes that lag: a second engine has a copy of each table, in which an item changes a while after its change in the
 * table, and reads of a global index go there. Each item is copied as it is at that moment, one copy after the other, so the
 * indexes come to agree with the table however the times fall. Items that end by their TTL stay until they are written again.
 */
export const startLaggingIndexes = async (options: LagOptions): Promise<LaggingIndexes> => {
  const { tables, client, lag, onFailure } = options;
  const folder = join(options.folder, 'indexes');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const engine = await startEngine({ folder, onExit: (reason) => onFailure(new Error(reason)) });
  const copy = createEngineClient(engine.url);
  // A copy has no stream: nothing follows it.
  const withoutStreams = tables().map(({ streamView: _, ...table }) => table);
  await ensureTables(copy, withoutStreams);
  for (const { name } of withoutStreams) await copyAll(client, copy, name);

  const stopping = new AbortController();
  const copying = new Map<string, Promise<void>>();
  const copyItem = async (TableName: string, Key: Fields): Promise<void> => {
    const { Item } = await client('GetItem', { TableName, Key, ConsistentRead: true });
    await (Item ? copy('PutItem', { TableName, Item }) : copy('DeleteItem', { TableName, Key }));
  };
  const later = (TableName: string, Key: Fields): void => {
    const id = JSON.stringify([TableName, Key]);
    const before = copying.get(id) ?? Promise.resolve();
    const next = Promise.all([before, lag(stopping.signal)])
      .then(() => copyItem(TableName, Key))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) onFailure(error);
      })
      .finally(() => {
        if (copying.get(id) === next) copying.delete(id);
      });
    copying.set(id, next);
  };

  const address = new URL(engine.url);
  return {
    addressFor: (operation, body) => (RANGED.has(operation) && body.IndexName !== undefined ? address : undefined),
    answered: (operation, body) => {
      const known = new Map(tables().map((table) => [table.name, table.primaryKey]));
      for (const { TableName, Key, Item } of writtenBy(operation, body)) {
        const name = String(TableName).replace(/^.*:table\//, '');
        const primary = known.get(name);
        const values = fields(Key ?? Item);
        if (primary) later(name, Object.fromEntries(primary.map((each) => [each, values[each]])));
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(copying.values());
      await engine.stop();
    },
  };
};

const copyAll = async (from: EngineClient, to: EngineClient, TableName: string): Promise<void> => {
  let ExclusiveStartKey: unknown;
  do {
    const page = await from('Scan', { TableName, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) });
    for (const Item of (page.Items ?? []) as readonly unknown[]) await to('PutItem', { TableName, Item });
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
};
