import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';

/** A connection that is to be closed and forgotten, and when. */
export interface PlannedEnd {
  readonly connectionId: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/** Has connections closed and forgotten, each in an invocation of its own. Safe to repeat. */
export type PlanEnds = (ends: readonly PlannedEnd[], now: Date) => Promise<void>;

/** Events of a channel, up to `seq`, that are to be sent once the channel is free, unless its holder sent them by then. */
export interface AwaitedDelivery {
  readonly teamId: string;
  readonly channel: string;
  readonly seq: number;
}

/** Has another invocation wait for a held channel, and replace its holder if that crashed. Safe to repeat. */
export type AwaitDelivery = (delivery: AwaitedDelivery) => Promise<void>;

/** SQS delays for fifteen minutes at most; a later end takes several turns. */
const MOST_DELAY_SECONDS = 900;
/** Messages of one call to SQS, and concurrent calls. */
const IN_ONE = 10;
const CALLS_AT_ONCE = 16;

/**
 * The queue of connections whose credential expires while they are open, which no change of the table shows, of closed
 * connections that still have to leave their channels, and of channels that another invocation holds.
 */
export const sqsEnds = (QueueUrl: string): PlanEnds => {
  const client = new SQSClient({});
  return async (ends, now) => {
    const batches = Array.from({ length: Math.ceil(ends.length / IN_ONE) }, (_, at) =>
      ends.slice(at * IN_ONE, (at + 1) * IN_ONE),
    );
    await forEachConcurrently(CALLS_AT_ONCE, batches, async (batch) => {
      const Entries = batch.map((end, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(end),
        DelaySeconds: Math.max(0, Math.min(MOST_DELAY_SECONDS, Math.ceil((end.at - now.getTime()) / 1000))),
      }));
      const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`${Failed.length} ends could not be planned: ${Failed[0]?.Code}`);
    });
  };
};

/** The same queue for held channels: unlike an invocation, a message outlives a crash of everything that runs. */
export const sqsDeliveries = (QueueUrl: string): AwaitDelivery => {
  const client = new SQSClient({});
  return async (delivery) => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(delivery) }));
  };
};
