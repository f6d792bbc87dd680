import { DeduplicationScope, FifoThroughputLimit, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { allow, type Grant, permission } from './grant.ts';

/**
 * A queue whose messages wait in lanes: of each message group, one batch is in flight. The limits are those of a group, not of
 * the queue.
 */
export const IN_LANES = {
  fifo: true,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
} as const;

/**
 * The permissions that Lambda needs in a function's role to receive messages for it, and the function to make one visible
 * sooner.
 */
export const consuming = ({ queueArn }: IQueue): Grant => {
  const actions = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'];
  return permission(
    allow(
      actions.map((action) => `sqs:${action}`),
      queueArn,
    ),
  );
};

/** Lets a function send to a queue, whose address is in this variable. */
export const queueing = <const Variable extends string>(
  { queueUrl, queueArn }: IQueue,
  variable: Variable,
): Grant<Variable> => ({
  environment: { [variable]: queueUrl } as Record<Variable, string>,
  statements: [allow(['sqs:SendMessage'], queueArn)],
  acknowledged: [],
});
