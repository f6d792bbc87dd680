import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sqsEnds } from '../../../functions/realtime/end-queue.ts';
import { textJobQueue } from '../../../functions/text/text-job-queue.ts';
import { sqsFileQueue } from '../../../functions/uploads/file-queue.ts';
import { sqsWebhookQueue } from '../../../functions/webhooks/webhook-queue.ts';
import { itNeedsOfServices, type Services, startServices } from '../../support/drivers/services.ts';

let services: Services;
// Queues of its own for each test: AWS empties a queue once a minute at most.
beforeEach(async () => {
  services = await startServices();
});
afterEach(() => services?.stop());

/** What the queue hands out now, each body with the lane it came in and the receipt that it is answered by. */
const received = async (QueueUrl: string) => {
  const ask = { QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId' as const] };
  const { Messages = [] } = await services.sqs.send(new ReceiveMessageCommand(ask));
  return Messages.map(({ Body = '', Attributes, ReceiptHandle = '' }) => ({
    body: JSON.parse(Body) as unknown,
    lane: Attributes?.MessageGroupId,
    receipt: ReceiptHandle,
  }));
};
const bodies = async (queue: string) => (await received(queue)).map(({ body }) => body);

const job = (key: string, group: string, id = key) => ({ task: { key }, group, id });

describe('the queue of files', () => {
  const files = () => sqsFileQueue(services.queues.lanes, services.sqs);

  it('takes more than one call holds, and keeps the order of a lane', async () => {
    expect(await files().add(Array.from({ length: 12 }, (_, at) => job(`file-${at}`, 'lane')))).toEqual(new Set());
    const seen: unknown[] = [];
    for (let turn = 0; turn < 12 && seen.length < 12; turn++) {
      const some = await received(services.queues.lanes);
      seen.push(...some.map(({ body }) => body));
      for (const { receipt: ReceiptHandle } of some)
        await services.sqs.send(new DeleteMessageCommand({ QueueUrl: services.queues.lanes, ReceiptHandle }));
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, at) => ({ key: `file-${at}` })));
  });

  it('takes a job once, however often it is added under its id', async () => {
    await files().add([job('twice', 'a', 'same')]);
    await files().add([job('twice', 'a', 'same')]);
    expect(await bodies(services.queues.lanes)).toEqual([{ key: 'twice' }]);
  });

  it('gives back a message that failed, and holds its lane until then', async () => {
    await files().add([job('first', 'held')]);
    const [first] = await received(services.queues.lanes);
    await files().add([job('second', 'held')]);
    expect(await bodies(services.queues.lanes)).toEqual([]);
    await files().retry(first?.receipt ?? '', 0);
    expect((await bodies(services.queues.lanes))[0]).toEqual({ key: 'first' });
  });
});

describe('the queue of texts', () => {
  it('takes each order into its lane', async () => {
    const order = { mediaId: 'm', fileVersion: 'v', options: { languages: ['en'] } };
    const add = textJobQueue(services.queues.lanes, services.sqs);
    await add(order as unknown as Parameters<typeof add>[0], 'team-1');
    expect(await received(services.queues.lanes)).toMatchObject([{ body: order, lane: 'team-1' }]);
  });
});

describe('the queue of webhooks', () => {
  const delivery = (messageId: string) => ({
    ...{ teamId: 'team', webhookId: 'hook', messageId, event: 'media.created', body: '{"ü":"\u2028"}' },
    ...{ firstAt: '2026-01-01T00:00:00.000Z', attempts: 0, notBefore: '2026-01-01T00:00:00.000Z' },
  });

  it('takes deliveries of a team as they are, whatever text they carry', async () => {
    const deliveries = Array.from({ length: 11 }, (_, at) => delivery(`message-${at}`));
    await withServices(() => sqsWebhookQueue(services.queues.plain).add(deliveries));
    const seen = [...(await received(services.queues.plain)), ...(await received(services.queues.plain))];
    expect(seen.map(({ body }) => (body as { messageId: string }).messageId).toSorted()).toEqual(
      deliveries.map(({ messageId }) => messageId).toSorted(),
    );
    expect(seen[0]?.body).toMatchObject({ body: '{"ü":"\u2028"}' });
  });

  itNeedsOfServices('refusal of characters')('refuses a bare message with a character that SQS refuses', async () => {
    const bare = new SendMessageCommand({ QueueUrl: services.queues.plain, MessageBody: '\uffff\ufffe' });
    await expect(services.sqs.send(bare)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });

  it('takes the two characters that SQS refuses, which any text of a record may have', async () => {
    const plain = services.queues.plain;
    const odd = { ...delivery('odd'), body: '{"title":"\uffff\ufffe"}' };
    await withServices(() => sqsWebhookQueue(plain).add([odd]));
    await withServices(() => sqsWebhookQueue(plain).postpone(odd, 0));
    expect([...(await bodies(plain)), ...(await bodies(plain))]).toEqual([odd, odd]);
  });

  it('keeps back what is postponed', async () => {
    await withServices(() => sqsWebhookQueue(services.queues.plain).postpone(delivery('later'), 5_000));
    expect(await bodies(services.queues.plain)).toEqual([]);
  });
});

describe('the queue of ends', () => {
  it('hands out what is due, and keeps back what is planned', async () => {
    const now = new Date('2026-01-01T00:00:00.000Z');
    const end = (connectionId: string, seconds: number) => ({ connectionId, at: now.getTime() + seconds * 1000 });
    const plan = [end('due', -1), end('now', 0), end('in a day', 86_400)];
    await withServices(() => sqsEnds(services.queues.plain)(plan, now));
    expect(
      ((await bodies(services.queues.plain)) as { connectionId: string }[])
        .map(({ connectionId }) => connectionId)
        .toSorted(),
    ).toEqual(['due', 'now']);
  });
});

/** Entries make some clients themselves, from the environment: for the time of a call it names these services. */
const withServices = async (call: () => Promise<void>): Promise<void> => {
  const { endpoint, credentials } = services.sqs.config;
  const { protocol, hostname, port } = (await endpoint?.()) ?? {};
  const { accessKeyId, secretAccessKey } = await credentials();
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SQS: `${protocol}//${hostname}:${port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  try {
    await call();
  } finally {
    process.env = before;
  }
};
