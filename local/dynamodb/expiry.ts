import { setTimeout as pause } from 'node:timers/promises';
import { AwsError, type Service } from '../ports.ts';
import type { TableSpec } from '../template/data.ts';
import { isRecord, type JsonRecord, list } from '../template/json.ts';
import type { EngineClient } from './engine-client.ts';

const EVERY_MS = 60_000;
const PAGE = 500;
const FIVE_YEARS_S = 5 * 365 * 86_400;

/** Deletes one table's items whose time to live has passed, page by page. Answers how many it deleted. */
export const expireItems = async (
  client: EngineClient,
  table: TableSpec,
  now: Date,
  signal?: AbortSignal,
): Promise<number> => {
  if (table.ttlAttribute === undefined) return 0;
  const keyNames = list(table.keySchema)
    .filter(isRecord)
    .map(({ AttributeName }) => String(AttributeName));
  const seconds = Math.floor(now.getTime() / 1000);
  // AWS leaves items alone whose time is more than five years ago: they are taken for a mistake.
  const condition = {
    ExpressionAttributeNames: { '#ttl': table.ttlAttribute },
    ExpressionAttributeValues: { ':now': { N: String(seconds) }, ':old': { N: String(seconds - FIVE_YEARS_S) } },
  };
  const expression = '#ttl <= :now AND #ttl > :old';
  let from: unknown;
  let expired = 0;
  do {
    const page = await client('Scan', {
      TableName: table.name,
      Limit: PAGE,
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
    // The engine does one thing at a time: let requests in between two pages.
    await pause(5);
  } while (from && !signal?.aborted);
  return expired;
};

/** Walks through the tables with a time to live once a minute; on AWS it takes up to two days. */
export const startExpiry = (
  client: EngineClient,
  tables: () => readonly TableSpec[],
  onExpired: () => void,
  onFailure: (error: unknown) => void,
): Service => {
  const stopping = new AbortController();
  let walking: Promise<void> = Promise.resolve();
  const walk = async (): Promise<void> => {
    for (const table of tables()) {
      if (stopping.signal.aborted) return;
      if ((await expireItems(client, table, new Date(), stopping.signal)) > 0) onExpired();
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
