import { randomUUID } from 'node:crypto';
import { AwsError, type Service } from '../ports.ts';
import type { QueueSpec } from '../template/data.ts';
import { type Counts, openMessageStore, type Taken } from './message-store.ts';

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

interface Job {
  readonly durable: boolean;
  run(): void;
  settle(error?: unknown): void;
}

/**
 * Opens the queues on one SQLite file.
 *
 * Writes of the same turn of the event loop are committed together, so that a burst of messages waits for the disk once.
 * `durable: false` (for `--memory`) does not wait for the disk at all.
 */
export const openQueues = (file: string, specs: readonly QueueSpec[], durable: boolean): Queues => {
  const store = openMessageStore(file);
  let known = index(specs);
  let jobs: Job[] = [];
  const waiting = new Map<string, Set<() => void>>();
  const alarms = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  let closed = false;

  const flush = (): void => {
    const batch = jobs;
    jobs = [];
    if (closed) return;
    let failure: unknown;
    try {
      store.transact(durable && batch.some((job) => job.durable), () => {
        for (const job of batch) job.run();
      });
    } catch (error) {
      failure = error;
    }
    for (const job of batch) job.settle(failure);
  };
  const commit = <T>(needsDisk: boolean, work: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      let result: T;
      if (jobs.length === 0) setImmediate(flush);
      jobs.push({
        durable: needsDisk,
        run: () => {
          result = work();
        },
        settle: (error) => (error === undefined ? resolve(result) : reject(error)),
      });
    });

  const queue = (nameOrArn: string): QueueSpec => {
    const found = known.get(nameOrArn.replace(/^arn:.*:/, ''));
    if (found) return found;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };
  const wake = (name: string): void => {
    for (const resume of [...(waiting.get(name) ?? [])]) resume();
  };
  // Hidden and delayed messages become visible by the clock: one timer for each queue, for the next of them.
  const setAlarm = (name: string): void => {
    if (closed || !waiting.get(name)?.size) return;
    const at = store.nextVisibleAt(name, Date.now());
    const current = alarms.get(name);
    if (at === undefined || (current && current.at <= at)) return;
    clearTimeout(current?.timer);
    const timer = setTimeout(
      () => {
        alarms.delete(name);
        wake(name);
      },
      Math.max(1, at - Date.now() + 1),
    ).unref();
    alarms.set(name, { at, timer });
  };
  const waitForMessages = (name: string, ms: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const waiters = waiting.get(name) ?? new Set();
      waiting.set(name, waiters);
      const resume = (): void => {
        waiters.delete(resume);
        clearTimeout(timer);
        signal?.removeEventListener('abort', resume);
        resolve();
      };
      const timer = setTimeout(resume, ms).unref();
      waiters.add(resume);
      signal?.addEventListener('abort', resume);
      if (signal?.aborted || closed) resume();
      else setAlarm(name);
    });

  const takeNow = (spec: QueueSpec, options: ReceiveOptions): Promise<{ taken: readonly Taken[]; moved: boolean }> =>
    commit(false, () => {
      const now = Date.now();
      store.expire(spec.name, now - spec.retentionMs);
      const { redrive } = spec;
      const target = redrive && known.get(redrive.deadLetterArn.replace(/^arn:.*:/, ''));
      const moved = target ? store.redrive(spec.name, target.name, redrive.maxReceiveCount, now) > 0 : false;
      const hiddenUntil = now + (options.visibilityMs ?? spec.visibilityMs);
      const { limit } = options;
      const taken = store.take(spec.name, { limit, now, hiddenUntil, receipt: randomUUID, inOrder: spec.inOrder });
      return { taken, moved };
    });

  return {
    queue,
    send: async (nameOrArn, body, options = {}) => {
      const spec = queue(nameOrArn);
      const { attributes = '{}', groupId = null, deduplicationId } = options;
      const sentAt = Date.now();
      const visibleAt = sentAt + (options.delayMs ?? spec.delayMs);
      const message = { messageId: randomUUID(), body, attributes, groupId, sentAt, visibleAt };
      const messageId = await commit(true, () => {
        const before = deduplicationId && store.sentBefore(spec.name, deduplicationId, sentAt - DEDUPLICATED_MS);
        if (before) return before;
        if (deduplicationId) store.noteSent(spec.name, deduplicationId, message);
        store.add(spec.name, message);
        return message.messageId;
      });
      if (visibleAt <= sentAt) wake(spec.name);
      else setAlarm(spec.name);
      return messageId;
    },
    receive: async (nameOrArn, options) => {
      const until = Date.now() + (options.waitMs ?? 0);
      for (;;) {
        const spec = queue(nameOrArn);
        if (options.signal?.aborted || closed) return [];
        const { taken, moved } = await takeNow(spec, options);
        if (moved && spec.redrive) wake(spec.redrive.deadLetterArn.replace(/^arn:.*:/, ''));
        const left = until - Date.now();
        if (taken.length > 0 || left <= 0) return taken;
        await waitForMessages(spec.name, left, options.signal);
      }
    },
    delete: async (nameOrArn, receipt) => {
      const { name, inOrder } = queue(nameOrArn);
      await commit(false, () => store.remove(name, receipt));
      // The next message of its group can be received now.
      if (inOrder) wake(name);
    },
    changeVisibility: async (nameOrArn, receipt, visibilityMs) => {
      const { name } = queue(nameOrArn);
      const found = await commit(false, () => store.hide(name, receipt, Date.now() + visibilityMs));
      if (visibilityMs === 0) wake(name);
      else setAlarm(name);
      return found;
    },
    purge: async (nameOrArn) => {
      const { name } = queue(nameOrArn);
      await commit(false, () => store.purge(name));
    },
    counts: (nameOrArn) => store.counts(queue(nameOrArn).name, Date.now()),
    update: (next) => {
      known = index(next);
    },
    stop: async () => {
      if (closed) return;
      if (jobs.length > 0) flush();
      closed = true;
      for (const name of waiting.keys()) wake(name);
      for (const { timer } of alarms.values()) clearTimeout(timer);
      store.close();
    },
  };
};

const index = (specs: readonly QueueSpec[]): ReadonlyMap<string, QueueSpec> =>
  new Map(specs.map((spec) => [spec.name, spec]));
