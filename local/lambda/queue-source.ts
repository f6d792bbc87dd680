import { setTimeout as pause } from 'node:timers/promises';
import { type AccessControl, AwsError, LOCAL_ACCOUNT, LOCAL_REGION, type Principal, type Service } from '../ports.ts';
import type { Taken } from '../sqs/message-store.ts';
import type { Queues } from '../sqs/queues.ts';
import type { EventSourceSpec } from '../template/functions.ts';
import { isRecord, type Json } from '../template/json.ts';
import { parseFilters } from './filter.ts';
import type { RunningFunctions } from './host.ts';

/** The dependencies of a queue's event source. */
export interface QueueSourceOptions {
  readonly source: EventSourceSpec;
  readonly queues: Pick<Queues, 'receive' | 'delete'>;
  readonly functions: Pick<RunningFunctions, 'invoke' | 'capacity'>;
  readonly access: AccessControl;
  /** The function's role: on AWS it is the role, not Lambda, that may receive. */
  readonly principal: Principal;
  readonly report: (message: string) => void;
}

const NEEDED = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const DEFAULT_CONCURRENCY = 5;
const LONG_POLL_MS = 20_000;
const AFTER_REFUSAL_MS = 5_000;

/**
 * Sends a queue's messages to a function.
 *
 * A batch that succeeds is deleted, except for the messages that the function reports as failed; those, and a failed batch, are
 * received again after the queue's visibility timeout and end in its dead-letter queue.
 */
export const startQueueSource = (options: QueueSourceOptions): Service => {
  const { source, queues, functions } = options;
  const stopping = new AbortController();
  const matches = parseFilters(source.filters);
  const limit = Math.min(source.maximumConcurrency ?? DEFAULT_CONCURRENCY, functions.capacity(source.functionName));
  const running = new Set<Promise<void>>();

  const deliver = async (messages: readonly Taken[]): Promise<void> => {
    const wanted = messages.filter((message) => matches(filterView(message)));
    const failed = wanted.length === 0 ? new Set<string>() : await invoke(wanted);
    const done = messages.filter(({ messageId }) => !failed.has(messageId));
    await Promise.all(done.map(({ receipt }) => queues.delete(source.sourceArn, receipt)));
  };
  const invoke = async (messages: readonly Taken[]): Promise<ReadonlySet<string>> => {
    const all = new Set(messages.map(({ messageId }) => messageId));
    const event = { Records: messages.map((message) => renderRecord(message, source.sourceArn)) };
    const { payload, functionError } = await functions.invoke(source.functionName, event);
    if (functionError) {
      options.report(`${source.functionName} failed a batch of ${messages.length}: ${JSON.stringify(payload)}`);
      return all;
    }
    return source.reportsItemFailures ? (failedItems(payload, all) ?? all) : new Set();
  };
  const fill = async (): Promise<readonly Taken[]> => {
    const receive = (max: number, waitMs: number): Promise<readonly Taken[]> =>
      queues.receive(source.sourceArn, { limit: max, waitMs, signal: stopping.signal });
    let batch = await receive(source.batchSize, LONG_POLL_MS);
    const until = Date.now() + source.batchingWindowMs;
    const isOpen = (): boolean => batch.length < source.batchSize && Date.now() < until && !stopping.signal.aborted;
    while (batch.length > 0 && isOpen()) {
      // A received message is hidden from other consumers: it is delivered, whatever happens to the others.
      const more = await receive(source.batchSize - batch.length, until - Date.now()).catch(() => undefined);
      if (more === undefined) break;
      batch = [...batch, ...more];
    }
    return batch;
  };
  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        for (const action of NEEDED) options.access.authorize(options.principal, action, source.sourceArn);
        const batch = await fill();
        if (batch.length === 0) continue;
        const delivery: Promise<void> = deliver(batch)
          .catch((error: unknown) => {
            if (!stopping.signal.aborted) options.report(`${source.logicalId}: ${String(error)}`);
          })
          .finally(() => running.delete(delivery));
        running.add(delivery);
        if (running.size >= limit) await Promise.race(running);
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.report(`${source.logicalId}: ${error instanceof AwsError ? error.message : String(error)}`);
        await pause(AFTER_REFUSAL_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
      }
    }
  };
  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
    },
  };
};

/** The messages that the answer names as failed; undefined when the answer cannot be read, which fails the whole batch. */
export const failedItems = (payload: unknown, all: ReadonlySet<string>): ReadonlySet<string> | undefined => {
  if (payload === undefined || payload === null) return new Set();
  const failures = isRecord(payload) ? (payload.batchItemFailures ?? []) : undefined;
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: unknown) => (isRecord(failure) ? failure.itemIdentifier : undefined));
  return ids.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids as string[]) : undefined;
};

const renderRecord = (message: Taken, eventSourceARN: string): object => ({
  messageId: message.messageId,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAt),
    SenderId: LOCAL_ACCOUNT,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.groupId === null ? {} : { MessageGroupId: message.groupId }),
  },
  messageAttributes: lowerCased(JSON.parse(message.attributes) as Json),
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion: LOCAL_REGION,
});

/** Lambda writes the fields of message attributes with a small first letter. */
const lowerCased = (attributes: Json): Record<string, object> =>
  Object.fromEntries(
    Object.entries(isRecord(attributes) ? attributes : {}).map(([name, value]) => [
      name,
      Object.fromEntries(
        Object.entries(isRecord(value) ? value : {}).map(([field, inner]) => [
          field.charAt(0).toLowerCase() + field.slice(1),
          inner,
        ]),
      ),
    ]),
  );

const filterView = (message: Taken): Json => {
  try {
    return { body: JSON.parse(message.body) as Json };
  } catch {
    return { body: message.body };
  }
};
