import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openQueues, type Queues } from '../../../local/sqs/queues.ts';
import { memoryFolder } from '../../support/drivers/memory-folder.ts';

const spec = (name: string, inOrder: boolean) => ({
  ...{ name, arn: `arn:aws:sqs:us-east-1:000000000000:${name}`, inOrder },
  ...{ visibilityMs: 60_000, delayMs: 0, retentionMs: 3_600_000, receiveWaitMs: 0 },
});
const SPECS = [spec('fair', false), spec('order', true)];

let queues: Queues;
let file: string;
beforeEach(() => {
  file = join(memoryFolder('queues-'), 'queues.sqlite');
  queues = openQueues(file, SPECS, false);
});
afterEach(() => queues.stop());

const take = async (name: string, limit = 1) => {
  const taken = await queues.receive(name, { limit });
  return taken.map(({ body, receipt }) => ({ body, receipt }));
};
const bodies = async (name: string, limit = 1) => (await take(name, limit)).map(({ body }) => body);
const fill = async (name: string, groupId: string, count: number) => {
  for (let number = 1; number <= count; number += 1) {
    const body = `${groupId}${number}`;
    await queues.send(name, body, { groupId, deduplicationId: body });
  }
};

describe('a fair queue', () => {
  it('hands out the message of a quiet group before the backlog of one with messages in flight', async () => {
    await fill('fair', 'noisy', 100);
    expect(await bodies('fair', 4)).toEqual(['noisy1', 'noisy2', 'noisy3', 'noisy4']);
    await fill('fair', 'quiet', 1);
    expect(await bodies('fair', 2)).toEqual(['quiet1', 'noisy5']);
  });

  it('takes each message without a group for a tenant of its own', async () => {
    await fill('fair', 'noisy', 3);
    await bodies('fair', 1);
    await queues.send('fair', 'lonely');
    expect(await bodies('fair', 3)).toEqual(['lonely', 'noisy2', 'noisy3']);
  });
});

describe('a queue in order', () => {
  it('has one batch of a group in flight, whatever waits, and hands out other groups meanwhile', async () => {
    await fill('order', 'a', 5);
    await fill('order', 'b', 1);
    const [first] = await take('order');
    expect(first?.body).toBe('a1');
    expect(await bodies('order', 10)).toEqual(['b1']);
    expect(await bodies('order', 10)).toEqual([]);
    await queues.delete('order', first?.receipt ?? '');
    expect(await bodies('order')).toEqual(['a2']);
  });

  it('wakes a receiver that waits for the group', async () => {
    await fill('order', 'a', 2);
    const [first] = await take('order');
    const waiting = queues.receive('order', { limit: 1, waitMs: 20_000 });
    await queues.delete('order', first?.receipt ?? '');
    expect((await waiting).map(({ body }) => body)).toEqual(['a2']);
  });

  it('stores a message that is sent again once', async () => {
    const first = await queues.send('order', 'x', { groupId: 'a', deduplicationId: 'one' });
    expect(await queues.send('order', 'x', { groupId: 'a', deduplicationId: 'one' })).toBe(first);
    expect(queues.counts('order').visible).toBe(1);
  });
});

describe('a file of before messages had groups', () => {
  it('is opened, and its messages are handed out', async () => {
    const old = join(memoryFolder('queues-'), 'queues.sqlite');
    const database = new DatabaseSync(old);
    database.exec(`
      CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, messageId TEXT NOT NULL, body TEXT NOT NULL,
        attributes TEXT NOT NULL, sentAt INTEGER NOT NULL, visibleAt INTEGER NOT NULL, firstReceivedAt INTEGER NOT NULL DEFAULT 0,
        receives INTEGER NOT NULL DEFAULT 0, receipt TEXT) STRICT;
      INSERT INTO messages (queue, messageId, body, attributes, sentAt, visibleAt) VALUES ('fair', 'm', 'kept', '{}', ${Date.now()}, 0);
    `);
    database.close();
    const opened = openQueues(old, SPECS, false);
    expect((await opened.receive('fair', { limit: 1 })).map(({ body }) => body)).toEqual(['kept']);
    await opened.stop();
  });
});
