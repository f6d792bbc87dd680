import { AwsError } from '../ports.ts';
import type { TableSpec } from '../template/data.ts';
import { isRecord, type Json, type JsonRecord, list } from '../template/json.ts';
import type { EngineClient } from './engine-client.ts';
import { nothingUnfinished, type Unfinished } from './unfinished.ts';

/**
 * Updates the engine's tables to the template. A change that is impossible in place is refused with a clear line. A table or an
 * index that an earlier start did not finish is made again: nothing was written to it.
 */
export const ensureTables = async (
  client: EngineClient,
  tables: readonly TableSpec[],
  unfinished: Unfinished = nothingUnfinished,
): Promise<void> => {
  await Promise.all(tables.map((table) => ensureTable(client, table, unfinished)));
};

const ensureTable = async (client: EngineClient, table: TableSpec, unfinished: Unfinished): Promise<void> => {
  const found = await describe(client, table.name);
  if (found === undefined || unfinished.has(table.name)) {
    await unfinished.during(table.name, async () => {
      if (found !== undefined) await client('DeleteTable', { TableName: table.name });
      await client('CreateTable', creation(table));
    });
  } else await update(client, table, found, unfinished);
  if (table.ttlAttribute !== undefined) await ensureTtl(client, table.name, table.ttlAttribute);
};

const describe = async (client: EngineClient, name: string): Promise<JsonRecord | undefined> => {
  try {
    const { Table } = await client('DescribeTable', { TableName: name });
    return isRecord(Table) ? Table : undefined;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

const creation = (table: TableSpec): Record<string, unknown> => ({
  TableName: table.name,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: table.keySchema,
  AttributeDefinitions: table.attributeDefinitions,
  ...(table.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: table.globalIndexes } : {}),
  ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: table.localIndexes } : {}),
  ...(table.streamView ? { StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamView } } : {}),
});

const update = async (
  client: EngineClient,
  table: TableSpec,
  found: JsonRecord,
  unfinished: Unfinished,
): Promise<void> => {
  if (keys(found.KeySchema) !== keys(table.keySchema)) {
    throw new Error(
      `The keys of the table ${table.name} changed in the template, and a table keeps its keys for life. Start with a new --data folder.`,
    );
  }
  await updateIndexes(client, table, found, unfinished);
  const stream = isRecord(found.StreamSpecification) ? found.StreamSpecification.StreamViewType : undefined;
  if (stream !== table.streamView) {
    const StreamSpecification = table.streamView
      ? { StreamEnabled: true, StreamViewType: table.streamView }
      : { StreamEnabled: false };
    await client('UpdateTable', { TableName: table.name, StreamSpecification });
  }
};

const updateIndexes = async (
  client: EngineClient,
  table: TableSpec,
  found: JsonRecord,
  unfinished: Unfinished,
): Promise<void> => {
  const change = (GlobalSecondaryIndexUpdate: object, more: object = {}) =>
    client('UpdateTable', {
      TableName: table.name,
      ...more,
      GlobalSecondaryIndexUpdates: [GlobalSecondaryIndexUpdate],
    });
  const noteOf = (index: string): string => `${table.name}/${index}`;
  const wanted = new Map(table.globalIndexes.map((index) => [String(index.IndexName), index]));
  const existing = new Map(
    list(found.GlobalSecondaryIndexes)
      .filter(isRecord)
      .map((index) => [String(index.IndexName), index]),
  );
  const outdated = [...existing].filter(
    ([name, index]) => indexShape(index) !== indexShape(wanted.get(name)) || unfinished.has(noteOf(name)),
  );
  for (const [name] of outdated) {
    const index = wanted.get(name);
    await unfinished.during(noteOf(name), async () => {
      await change({ Delete: { IndexName: name } });
      if (index) await change({ Create: index }, { AttributeDefinitions: table.attributeDefinitions });
    });
  }
  for (const [name, index] of wanted) {
    if (existing.has(name)) continue;
    await unfinished.during(noteOf(name), () =>
      change({ Create: index }, { AttributeDefinitions: table.attributeDefinitions }),
    );
  }
};

const keys = (schema: Json | undefined): string =>
  list(schema)
    .filter(isRecord)
    .map(({ AttributeName, KeyType }) => `${KeyType}:${AttributeName}`)
    .sort()
    .join();

const indexShape = (index: JsonRecord | undefined): string => {
  if (index === undefined) return '';
  const projection = isRecord(index.Projection) ? index.Projection : {};
  const others = list(projection.NonKeyAttributes).map(String).sort().join();
  return `${keys(index.KeySchema)} ${projection.ProjectionType ?? 'ALL'} ${others}`;
};

const ensureTtl = async (client: EngineClient, TableName: string, AttributeName: string): Promise<void> => {
  const { TimeToLiveDescription } = await client('DescribeTimeToLive', { TableName });
  const state = isRecord(TimeToLiveDescription) ? TimeToLiveDescription : {};
  if (state.TimeToLiveStatus === 'ENABLED' && state.AttributeName === AttributeName) return;
  await client('UpdateTimeToLive', { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } });
};
