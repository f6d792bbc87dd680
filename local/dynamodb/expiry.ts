import { setTimeout as pause } from 'node:timers/promises';
import { AwsError, type Service } from '../ports.ts';
import type { TableSpec } from '../template/data.ts';
import { isRecord, type JsonRecord, list } from '../template/json.ts';
import type { EngineClient } from './engine-client.ts';

const EVERY_MS = 60_000;
const PAGE = 500;
/** Pages of one walk. A large table takes hours, as on AWS it may take days; the cost of a walk does not grow with it. */
const PAGES = 20;
const FIVE_YEARS_S = 5 * 365 * 86_400;

/** Where a walk begins, if not at the start of the table, and its length. */
export interface WalkOptions {
  readonly from?: unknown;
  readonly page?: number;
  readonly pages?: number;
  readonly signal?: AbortSignal;
}

/** The deleted items of a walk, and where the next one continues; undefined at the end of the table. */
export interface Walk {
  readonly expired: number;
  readonly next: unknown;
}

/** Deletes items of one table whose time to live has passed, page by page. */
export const expireItems = async (
  client: EngineClient,
  table: TableSpec,
  now: Date,
  { from: start, page: limit = PAGE, pages = PAGES, signal }: WalkOptions = {},
): Promise<Walk> => {
  if (table.ttlAttribute === undefined) return { expired: 0, next: undefined };
  const keyNames = list(table.keySchema)
    .filter(isRecord)
    .map(({ AttributeName }) => String(AttributeName));
  const seconds = Math.floor(now.getTime() / 1000);
  // AWS ignores a TTL of more than five years ago, as a mistake.
  const condition = {
    ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: String(seconds) }, ':old': { N: String(seconds - FIVE_YEARS_S) } },
  };
  const expression = '#ttl <= :now AND #ttl > :old';
  let from = start;
  let expired = 0;
  let walked = 0;
  do {
    const page = await client('Scan', {
      TableName: table.name,
      Limit: limit,
      FilterExpression: expression,
      ...condition,
      ...(from ? { ExclusiveStartKey: from } : {}),
    });
    for (const item of (page.Items ?? []) as JsonRecord[]) {
      const Key = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
      const gone = await client('DeleteItem', {
        TableName: table.name,
        Key,
        ConditionExpression: expression,
        ...condition,
      }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof AwsError && error.code === 'ConditionalCheckFailedException') return false;
          throw error;
        },
      );
      if (gone) expired++;
    }
    from = page.LastEvaluatedKey;
    walked += 1;
    // The engine does one thing at a time: let requests in between two pages.
    await pause(5);
  } while (from && walked < pages && !signal?.aborted);
  return { expired, next: from };
};

/** Walks on through the tables with a time to live once a minute; on AWS it takes up to two days. */
export const startExpiry = (
  client: EngineClient,
  tables: () => readonly TableSpec[],
  onExpired: () => void,
  onFailure: (error: unknown) => void,
): Service => {
  const stopping = new AbortController();
  const places = new Map<string, unknown>();
  let walking: Promise<void> = Promise.resolve();
  const walk = async (): Promise<void> => {
    for (const table of tables()) {
      if (stopping.signal.aborted) return;
      const options = { from: places.get(table.name), signal: stopping.signal };
      const { expired, next } = await expireItems(client, table, new Date(), options);
      places.set(table.name, next);
      if (expired > 0) onExpired();
    }
  };
  const timer = setInterval(() => {
    walking = walking.then(walk).catch((error: unknown) => {
      if (!stopping.signal.aborted) onFailure(error);
    });
  }, EVERY_MS).unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopping.abort();
      await walking;
    },
  };
};
