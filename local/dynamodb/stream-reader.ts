import { LOCAL_REGION } from '../ports.ts';
import { isRecord, type JsonRecord, list } from '../template/json.ts';
import type { EngineClient } from './engine-client.ts';

/** One change of an item, as Lambda gets it. */
export interface StreamRecord extends JsonRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: JsonRecord & { readonly SequenceNumber: string };
}

/** Reads a table's stream in order. */
export interface StreamReader {
  /** The next records, at most `limit`; none when there is nothing new. */
  read(limit: number): Promise<readonly StreamRecord[]>;
}

interface Shard {
  readonly id: string;
  readonly first: bigint;
  readonly last?: bigint;
}

/**
 * Reads the stream of `tableName` from behind the record `after`, or from the oldest record (or the newest, with
 * `fromLatest`) when there is no such record.
 */
export const createStreamReader = (
  client: EngineClient,
  tableName: string,
  streamArn: string,
  start: { readonly after?: bigint; readonly fromLatest: boolean },
): StreamReader => {
  let position = start.after;
  let fromLatest = start.fromLatest && start.after === undefined;
  let iterator: string | undefined;
  let shardId = '';

  const open = async (): Promise<string | undefined> => {
    const { Streams } = await client('ListStreams', { TableName: tableName });
    const engineArn = list(Streams as JsonRecord[])
      .filter(isRecord)
      .at(-1)?.StreamArn;
    if (engineArn === undefined) return undefined;
    const shards = await shardsOf(client, String(engineArn));
    const shard = fromLatest
      ? shards.at(-1)
      : (shards.find(({ id, last }) => id !== shardId && (last === undefined || last > (position ?? -1n))) ??
        shards.at(-1));
    if (shard === undefined) return undefined;
    shardId = shard.id;
    const answer = await client('GetShardIterator', {
      StreamArn: engineArn,
      ShardId: shard.id,
      ...startOf(position, shard, fromLatest),
    });
    fromLatest = false;
    return typeof answer.ShardIterator === 'string' ? answer.ShardIterator : undefined;
  };

  return {
    read: async (limit) => {
      iterator ??= await open();
      if (iterator === undefined) return [];
      const current = iterator;
      // An expired iterator is requested again, from the last record that was read.
      iterator = undefined;
      const answer = await client('GetRecords', { ShardIterator: current, Limit: Math.min(limit, 1000) });
      iterator = typeof answer.NextShardIterator === 'string' ? answer.NextShardIterator : undefined;
      const records = list(answer.Records as JsonRecord[]).filter(isRecord) as StreamRecord[];
      const last = records.at(-1);
      if (last) position = BigInt(last.dynamodb.SequenceNumber);
      return records.map((record) => ({ ...record, awsRegion: LOCAL_REGION, eventSourceARN: streamArn }));
    },
  };
};

const shardsOf = async (client: EngineClient, StreamArn: string): Promise<readonly Shard[]> => {
  const { StreamDescription } = await client('DescribeStream', { StreamArn });
  const description = isRecord(StreamDescription) ? StreamDescription : {};
  return list(description.Shards)
    .filter(isRecord)
    .map(({ ShardId, SequenceNumberRange }) => {
      const range = isRecord(SequenceNumberRange) ? SequenceNumberRange : {};
      const last = range.EndingSequenceNumber === undefined ? {} : { last: BigInt(String(range.EndingSequenceNumber)) };
      return { id: String(ShardId), first: BigInt(String(range.StartingSequenceNumber ?? 0)), ...last };
    });
};

const startOf = (position: bigint | undefined, shard: Shard, fromLatest: boolean): Record<string, string> => {
  if (fromLatest) return { ShardIteratorType: 'LATEST' };
  if (position === undefined || position < shard.first) return { ShardIteratorType: 'TRIM_HORIZON' };
  return { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: String(position) };
};
