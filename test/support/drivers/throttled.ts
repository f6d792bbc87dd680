import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The errors by which DynamoDB reports throttling; none of them has changed anything. */
const THROTTLES = [
  () => Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' }),
  () => Object.assign(new Error('Rate exceeded'), { name: 'ProvisionedThroughputExceededException' }),
];
const CANCELLED = () =>
  Object.assign(new Error('Transaction cancelled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'ThrottlingError' }],
  });

/** A client of a real engine that refuses a share of all calls as a table without capacity does. */
export const throttled = (client: DynamoDBDocumentClient, share: number, random: () => number) => {
  let refused = 0;
  const send = (command: { constructor: { name: string } }): Promise<unknown> => {
    if (random() >= share) return client.send(command as never);
    refused += 1;
    const transaction = command.constructor.name === 'TransactWriteCommand' && random() < 0.5;
    const error = transaction ? CANCELLED : THROTTLES[refused % THROTTLES.length];
    return Promise.reject(error?.());
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, refused: () => refused };
};

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
