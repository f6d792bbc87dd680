import { randomUUID } from 'node:crypto';
import { AwsError, type Service } from '../ports.ts';
import type { QueueSpec } from '../template/data.ts';
import { createArrivals } from './arrivals.ts';
import { groupCommit } from './group-commit.ts';
import { type Counts, type MessageStore, type NewMessage, openMessageStore, type Taken } from './message-store.ts';

/** How to receive. Times are in milliseconds. */
export interface ReceiveOptions {
  readonly limit: number;
  readonly visibilityMs?: number;
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/** How to send. */
export interface SendOptions {
  /** JSON of the message attributes. */
  readonly attributes?: string;
  readonly delayMs?: number;
  readonly groupId?: string;
  /** A message that is sent again under the same one within five minutes is not stored again. */
  readonly deduplicationId?: string;
}

/** The queues of the stack. A queue is named by its ARN or its name. */
export interface Queues extends Service {
  queue(nameOrArn: string): QueueSpec;
  /** Stores a message and resolves once it is durable. */
  send(nameOrArn: string, body: string, options?: SendOptions): Promise<string>;
  /** Receives visible messages, waiting for them up to `waitMs`. */
  receive(nameOrArn: string, options: ReceiveOptions): Promise<readonly Taken[]>;
  delete(nameOrArn: string, receipt: string): Promise<void>;
  changeVisibility(nameOrArn: string, receipt: string, visibilityMs: number): Promise<boolean>;
  purge(nameOrArn: string): Promise<void>;
  counts(nameOrArn: string): Counts;
  update(specs: readonly QueueSpec[]): void;
}

const DEDUPLICATED_MS = 300_000;

const nameIn = (nameOrArn: string): string => nameOrArn.replace(/^arn:.*:/, '');

/** Stores a message, unless one of its deduplication id was sent within five minutes; answers the id of the stored one. */
const store = (
  messages: MessageStore,
  queue: string,
  message: NewMessage,
  deduplicationId: string | undefined,
): string => {
  if (deduplicationId) {
    const before = messages.sentBefore(queue, deduplicationId, message.sentAt - DEDUPLICATED_MS);
    if (before) return before;
    messages.noteSent(queue, deduplicationId, message);
  }
  messages.add(queue, message);
  return message.messageId;
};

/** Takes visible messages; answers as well whether others went to the dead-letter queue instead. */
const take = (messages: MessageStore, spec: QueueSpec, deadLetters: string | undefined, options: ReceiveOptions) => {
  const { name, retentionMs, redrive, visibilityMs, inOrder } = spec;
  const now = Date.now();
  messages.expire(name, now - retentionMs);
  const moved =
    redrive && deadLetters !== undefined && messages.redrive(name, deadLetters, redrive.maxReceiveCount, now) > 0;
  const hiddenUntil = now + (options.visibilityMs ?? visibilityMs);
  const taken = messages.take(name, { limit: options.limit, now, hiddenUntil, receipt: randomUUID, inOrder });
  return { taken, moved };
};

/**
 * Opens the queues on one SQLite file.
 *
 * Writes of the same turn of the event loop are committed together, so that a burst of messages waits for the disk once.
 * `durable: false` (for `--memory`) does not wait for the disk at all.
 */
export const openQueues = (file: string, specs: readonly QueueSpec[], durable: boolean): Queues => {
  const messages = openMessageStore(file);
  const { commit, ...commits } = groupCommit((needsDisk, work) => messages.transact(durable && needsDisk, work));
  const arrivals = createArrivals(messages.nextVisibleAt);
  let known = index(specs);
  let closed = false;

  const queue = (nameOrArn: string): QueueSpec => {
    const found = known.get(nameIn(nameOrArn));
    if (found) return found;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };

  return {
    queue,
    send: async (nameOrArn, body, options = {}) => {
      const { name, delayMs } = queue(nameOrArn);
      const { attributes = '{}', groupId = null, deduplicationId } = options;
      const sentAt = Date.now();
      const visibleAt = sentAt + (options.delayMs ?? delayMs);
      const message = { messageId: randomUUID(), body, attributes, groupId, sentAt, visibleAt };
      const messageId = await commit(true, () => store(messages, name, message, deduplicationId));
      if (visibleAt <= sentAt) arrivals.wake(name);
      else arrivals.wakeLater(name);
      return messageId;
    },
    receive: async (nameOrArn, options) => {
      const until = Date.now() + (options.waitMs ?? 0);
      for (;;) {
        const spec = queue(nameOrArn);
        if (options.signal?.aborted || closed) return [];
        const deadLetters = spec.redrive && known.get(nameIn(spec.redrive.deadLetterArn))?.name;
        const { taken, moved } = await commit(false, () => take(messages, spec, deadLetters, options));
        if (moved && deadLetters !== undefined) arrivals.wake(deadLetters);
        const left = until - Date.now();
        if (taken.length > 0 || left <= 0) return taken;
        await arrivals.next(spec.name, left, options.signal);
      }
    },
    delete: async (nameOrArn, receipt) => {
      const { name, inOrder } = queue(nameOrArn);
      await commit(false, () => messages.remove(name, receipt));
      // The next message of its group can be received now.
      if (inOrder) arrivals.wake(name);
    },
    changeVisibility: async (nameOrArn, receipt, visibilityMs) => {
      const { name } = queue(nameOrArn);
      const found = await commit(false, () => messages.hide(name, receipt, Date.now() + visibilityMs));
      if (visibilityMs === 0) arrivals.wake(name);
      else arrivals.wakeLater(name);
      return found;
    },
    purge: async (nameOrArn) => {
      const { name } = queue(nameOrArn);
      await commit(false, () => messages.purge(name));
    },
    counts: (nameOrArn) => messages.counts(queue(nameOrArn).name, Date.now()),
    update: (next) => {
      known = index(next);
    },
    stop: async () => {
      if (closed) return;
      commits.stop();
      closed = true;
      arrivals.stop();
      messages.close();
    },
  };
};

const index = (specs: readonly QueueSpec[]): ReadonlyMap<string, QueueSpec> =>
  new Map(specs.map((spec) => [spec.name, spec]));
