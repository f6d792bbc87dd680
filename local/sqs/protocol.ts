import { createHash } from 'node:crypto';
import { type AwsRequest, type AwsService, answerJson, jsonBody, operationOf } from '../aws/protocol.ts';
import { type AccessControl, AwsError, LOCAL_ACCOUNT } from '../ports.ts';
import type { Taken } from './message-store.ts';
import type { Queues, SendOptions } from './queues.ts';

type Fields = Readonly<Record<string, unknown>>;
type Operation = (context: Context, input: Fields) => Promise<unknown>;

interface Context {
  readonly queues: Queues;
  readonly baseUrl: string;
  /** Name of the queue that the request is about; checked and authorised. */
  readonly queue: string;
}

const MAX_MESSAGE_BYTES = 1_048_576;
/** A message has the characters that XML has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const REFUSED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

const integer = (input: Fields, name: string, minimum: number, maximum: number): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw invalid(
    `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${minimum} and ${maximum}.`,
  );
};
const text = (input: Fields, name: string): string => {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
};

const send: Operation = async ({ queues, queue }, input) => {
  const body = text(input, 'MessageBody');
  const attributes = JSON.stringify(input.MessageAttributes ?? {});
  if (Buffer.byteLength(body) + attributes.length > MAX_MESSAGE_BYTES) {
    throw invalid('One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
  }
  if (REFUSED.test(body)) {
    throw new AwsError('InvalidMessageContents', 'Invalid binary character was found in the message body.');
  }
  const delay = integer(input, 'DelaySeconds', 0, 900);
  const options = {
    attributes,
    ...(delay === undefined ? {} : { delayMs: delay * 1000 }),
    ...groupOf(input, queues.queue(queue).inOrder),
  };
  return { MessageId: await queues.send(queue, body, options), MD5OfMessageBody: md5(body) };
};

/** The group fields of a message. A FIFO queue needs all of them; a standard queue only uses the group, for fairness. */
const groupOf = (input: Fields, inOrder: boolean): Pick<SendOptions, 'groupId' | 'deduplicationId'> => {
  if (!inOrder) return input.MessageGroupId === undefined ? {} : { groupId: token(input, 'MessageGroupId') };
  if (input.DelaySeconds !== undefined) {
    throw invalid(
      `Value ${String(input.DelaySeconds)} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  const groupId = token(input, 'MessageGroupId');
  if (input.MessageDeduplicationId === undefined) {
    throw invalid(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  return { groupId, deduplicationId: token(input, 'MessageDeduplicationId') };
};

const token = (input: Fields, name: string): string => {
  const value = text(input, name);
  // Letters, digits and punctuation of ASCII.
  if (/^[!-~]{1,128}$/.test(value)) return value;
  throw invalid(
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
};

const receive: Operation = async ({ queues, queue }, input) => {
  const limit = integer(input, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const wait = integer(input, 'WaitTimeSeconds', 0, 20);
  const visibility = integer(input, 'VisibilityTimeout', 0, 43_200);
  const taken = await queues.receive(queue, {
    limit,
    waitMs: wait === undefined ? queues.queue(queue).receiveWaitMs : wait * 1000,
    ...(visibility === undefined ? {} : { visibilityMs: visibility * 1000 }),
  });
  return taken.length === 0 ? {} : { Messages: taken.map(renderMessage) };
};

const renderMessage = (message: Taken): unknown => {
  const attributes = JSON.parse(message.attributes) as Fields;
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: messageAttributes(message),
    ...(Object.keys(attributes).length > 0 ? { MessageAttributes: attributes } : {}),
  };
};

const messageAttributes = (message: Taken): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: LOCAL_ACCOUNT,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  ...(message.groupId === null ? {} : { MessageGroupId: message.groupId }),
});

const batch =
  (single: Operation, resultOf: (answer: unknown) => object): Operation =>
  async (context, input) => {
    const entries = Array.isArray(input.Entries) ? (input.Entries as readonly Fields[]) : [];
    if (entries.length === 0)
      throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
    if (entries.length > 10) {
      throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
    }
    const Successful: unknown[] = [];
    const Failed: unknown[] = [];
    await Promise.all(
      entries.map(async (entry) => {
        try {
          Successful.push({ Id: entry.Id, ...resultOf(await single(context, entry)) });
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }),
    );
    return { Successful, Failed };
  };

const remove: Operation = async ({ queues, queue }, input) => {
  await queues.delete(queue, text(input, 'ReceiptHandle'));
  return {};
};

const changeVisibility: Operation = async ({ queues, queue }, input) => {
  const seconds = integer(input, 'VisibilityTimeout', 0, 43_200);
  if (seconds === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  if (await queues.changeVisibility(queue, text(input, 'ReceiptHandle'), seconds * 1000)) return {};
  throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
};

const attributesOf: Operation = async ({ queues, queue }, input) => {
  const spec = queues.queue(queue);
  const { visible, inFlight, delayed } = queues.counts(queue);
  const all: Record<string, string> = {
    QueueArn: spec.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    VisibilityTimeout: String(spec.visibilityMs / 1000),
    DelaySeconds: String(spec.delayMs / 1000),
    MessageRetentionPeriod: String(spec.retentionMs / 1000),
    ReceiveMessageWaitTimeSeconds: String(spec.receiveWaitMs / 1000),
    MaximumMessageSize: String(MAX_MESSAGE_BYTES),
    ...(spec.redrive
      ? {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: spec.redrive.deadLetterArn,
            maxReceiveCount: spec.redrive.maxReceiveCount,
          }),
        }
      : {}),
  };
  const asked = Array.isArray(input.AttributeNames) ? input.AttributeNames.map(String) : [];
  return {
    Attributes: Object.fromEntries(Object.entries(all).filter(([key]) => asked.includes('All') || asked.includes(key))),
  };
};

const purge: Operation = async ({ queues, queue }) => {
  await queues.purge(queue);
  return {};
};

const queueUrl: Operation = async ({ queue, baseUrl }) => ({ QueueUrl: `${baseUrl}/${LOCAL_ACCOUNT}/${queue}` });

/** Operations with the permission that each needs: a batch needs that of its single form. */
const OPERATIONS: Readonly<Record<string, { readonly action: string; readonly run: Operation }>> = {
  SendMessage: { action: 'SendMessage', run: send },
  SendMessageBatch: { action: 'SendMessage', run: batch(send, (answer) => answer as object) },
  ReceiveMessage: { action: 'ReceiveMessage', run: receive },
  DeleteMessage: { action: 'DeleteMessage', run: remove },
  DeleteMessageBatch: { action: 'DeleteMessage', run: batch(remove, () => ({})) },
  ChangeMessageVisibility: { action: 'ChangeMessageVisibility', run: changeVisibility },
  ChangeMessageVisibilityBatch: { action: 'ChangeMessageVisibility', run: batch(changeVisibility, () => ({})) },
  GetQueueAttributes: { action: 'GetQueueAttributes', run: attributesOf },
  GetQueueUrl: { action: 'GetQueueUrl', run: queueUrl },
  PurgeQueue: { action: 'PurgeQueue', run: purge },
};

/** SQS's JSON protocol over the queues of the stack. */
export const createSqsService =
  (queues: Queues, access: AccessControl): AwsService =>
  async (request, response) => {
    const operation = OPERATIONS[operationOf(request)];
    if (operation === undefined) throw new AwsError('InvalidAction', `SQS has no ${operationOf(request)} here.`);
    const input = jsonBody(request.body);
    const spec = queues.queue(queueName(request, input));
    access.authorize(request.principal, `sqs:${operation.action}`, spec.arn);
    const baseUrl = `http://${request.headers.host ?? '127.0.0.1'}`;
    answerJson(response, 200, await operation.run({ queues, baseUrl, queue: spec.name }, input));
  };

const queueName = (request: AwsRequest, input: Fields): string =>
  operationOf(request) === 'GetQueueUrl' ? text(input, 'QueueName') : text(input, 'QueueUrl').replace(/^.*\//, '');
