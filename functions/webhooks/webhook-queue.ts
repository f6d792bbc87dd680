import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { shareOf } from '../domain/shares.ts';
import type { WebhookDelivery } from '../domain/webhook.ts';

/**
 * Deliveries on their way. There are two queues: one for first attempts, and a patient one for what failed and for receivers
 * that are slow, so that they hold up each other alone. Either hands out what quiet teams have first (a fair queue of SQS).
 */
export interface WebhookQueue {
  add(deliveries: readonly WebhookDelivery[]): Promise<void>;
  /**
   * Sends one with a delay of that many seconds. SQS delays for fifteen minutes at most; longer waits take several
   * messages.
   */
  postpone(delivery: WebhookDelivery, seconds: number): Promise<void>;
}

const IN_ONE = 10;
/** A batch has at most 1 MB; events with a record are far below a tenth of it. */
const MOST_DELAY_SECONDS = 900;

/** SQS refuses these two characters, which may be in any text of a record; a JSON text can have them as escapes. */
const REFUSED_BY_SQS = /[\ufffe\uffff]/g;
const bodyOf = (delivery: WebhookDelivery): string =>
  JSON.stringify(delivery).replace(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

export const sqsWebhookQueue = (QueueUrl: string): WebhookQueue => {
  const client = new SQSClient({});
  return {
    add: async (deliveries) => {
      for (let start = 0; start < deliveries.length; start += IN_ONE) {
        const Entries = deliveries.slice(start, start + IN_ONE).map((delivery, index) => ({
          Id: String(index),
          MessageBody: bodyOf(delivery),
          MessageGroupId: shareOf(delivery.teamId),
        }));
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        if (Failed.length > 0) throw new Error(`${Failed.length} deliveries could not be queued: ${Failed[0]?.Code}`);
      }
    },
    postpone: async (delivery, seconds) => {
      const DelaySeconds = Math.max(0, Math.min(MOST_DELAY_SECONDS, Math.ceil(seconds)));
      await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody: bodyOf(delivery),
          MessageGroupId: shareOf(delivery.teamId),
          DelaySeconds,
        }),
      );
    },
  };
};
