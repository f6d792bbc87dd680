import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEngine } from '../../../local/dynamodb/engine.ts';
import { createEngineClient, type EngineClient } from '../../../local/dynamodb/engine-client.ts';
import { ensureTables } from '../../../local/dynamodb/tables.ts';
import { openUnfinished } from '../../../local/dynamodb/unfinished.ts';
import type { TableSpec } from '../../../local/template/data.ts';
import { eventually } from '../../support/drivers/eventually.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';
import { gone } from '../../support/drivers/processes.ts';

let folder: string;
beforeEach(() => {
  folder = memoryFolder('interrupted-tables-');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const indexNamed = (name: string) => ({
  IndexName: name,
  KeySchema: [{ AttributeName: name, KeyType: 'HASH' }],
  Projection: { ProjectionType: 'ALL' },
});
const tableWith = (...indexes: readonly string[]): TableSpec => ({
  name: 'Library',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Library',
  primaryKey: ['pk'],
  partitionKey: 'pk',
  keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  attributeDefinitions: ['pk', ...indexes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  globalIndexes: indexes.map(indexNamed),
  localIndexes: [],
});

/** One start of an engine on the folder, as a boot of the runtime makes its tables. */
const boot = async <T>(table: TableSpec, use: (client: EngineClient) => Promise<T>, dies?: string): Promise<T> => {
  const engine = await startEngine({ folder, onExit: () => {} });
  try {
    const client = createEngineClient(engine.url);
    const cut: EngineClient = async (operation, input) => {
      const answer = await client(operation, input);
      if (operation === dies) throw new Error('killed');
      return answer;
    };
    await ensureTables(cut, [table], openUnfinished(join(folder, 'tables.unfinished')));
    return await use(client);
  } finally {
    await engine.stop();
  }
};

/** Leaves the file as an engine does that is killed while it makes a table: it is described, and its indexes are not stored. */
const loseIndexes = (...indexes: readonly string[]): void => {
  const file = new DatabaseSync(join(folder, 'dynamodb.sqlite'));
  const names = file.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  const lost = names.filter(({ name }) => indexes.some((index) => name.includes(index)));
  expect(lost).toHaveLength(indexes.length);
  for (const { name } of lost) file.exec(`DROP TABLE "${name}"`);
  file.close();
};

const put = (client: EngineClient, item: Record<string, string>) =>
  client('PutItem', {
    TableName: 'Library',
    Item: Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])),
  });
const found = async (client: EngineClient, index: string) =>
  (
    await client('Query', {
      TableName: 'Library',
      IndexName: index,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': index },
      ExpressionAttributeValues: { ':value': { S: 'x' } },
    })
  ).Count;

describe('a table whose making was interrupted', () => {
  it('is made again by the next start, whole', async () => {
    const table = tableWith('byName', 'bySize');
    await expect(boot(table, async () => {}, 'CreateTable')).rejects.toThrow('killed');
    loseIndexes('byName', 'bySize');
    expect(
      await boot(table, async (client) => {
        await put(client, { pk: '1', byName: 'x', bySize: 'x' });
        return [await found(client, 'byName'), await found(client, 'bySize')];
      }),
    ).toEqual([1, 1]);
    // From then on it keeps its data.
    expect(await boot(table, (client) => found(client, 'byName'))).toBe(1);
  });

  it('and which has data keeps them: an interrupted index alone is made again, from all items', async () => {
    await boot(tableWith('byName'), (client) => put(client, { pk: '1', byName: 'x', bySize: 'x' }));
    const table = tableWith('byName', 'bySize');
    await expect(boot(table, async () => {}, 'UpdateTable')).rejects.toThrow('killed');
    loseIndexes('bySize');
    expect(await boot(table, async (client) => [await found(client, 'byName'), await found(client, 'bySize')])).toEqual(
      [1, 1],
    );
  });
});

describe('an engine that dies', () => {
  const pidOf = () => Number(readFileSync(join(folder, 'dynamodb.pid'), 'utf8'));
  const start = async () => {
    const said: string[] = [];
    const fatal: string[] = [];
    const report = (message: string) => void said.push(message);
    const engine = await startEngine({ folder, onExit: (reason) => void fatal.push(reason), report });
    return { engine, client: createEngineClient(engine.url), said, fatal };
  };

  it('is started again at its address, with all that it acknowledged', async () => {
    const { engine, client, said, fatal } = await start();
    const table = tableWith('byName');
    await ensureTables(client, [table]);
    await put(client, { pk: '1', byName: 'x' });
    const before = pidOf();
    process.kill(before, 'SIGKILL');
    await eventually(async () => expect(await found(client, 'byName')).toBe(1));
    await put(client, { pk: '2', byName: 'x' });
    await eventually(() => expect(said).toEqual([expect.stringContaining('It was started again.')]));
    expect([pidOf() === before, fatal]).toEqual([false, []]);
    const last = pidOf();
    await engine.stop();
    expect(await gone(last)).toBe(true);
  });

  it('again and again is given up', async () => {
    const { engine, said, fatal } = await start();
    for (let times = 1; times <= 4; times += 1) {
      process.kill(pidOf(), 'SIGKILL');
      await eventually(() => expect(said.length + fatal.length).toBe(times));
    }
    expect(fatal).toEqual([expect.stringContaining('It ended too often.')]);
    await engine.stop();
  });
});
