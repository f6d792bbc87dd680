import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  type IQueue,
  Queue,
  QueueEncryption,
  QueuePolicy,
} from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { allow, type Grant, permission } from './grant.ts';

/** What a queue of the stack has that does not say otherwise. */
export const CLOSED = { encryption: QueueEncryption.SQS_MANAGED, removalPolicy: RemovalPolicy.DESTROY } as const;

/**
 * A queue whose messages wait in lanes, and the one that takes what failed too often: of each message group, one batch is in
 * flight. The limits are those of a group, not of the queue.
 */
export const queueInLanes = (
  scope: Construct,
  id: string,
  { hidden, receives }: { readonly hidden: Duration; readonly receives: number },
): { readonly queue: Queue; readonly deadLetters: Queue } => {
  const lanes = {
    ...CLOSED,
    fifo: true,
    fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  };
  const deadLetters = new Queue(scope, 'DeadLetters', { ...lanes, retentionPeriod: Duration.days(14) });
  const queue = new Queue(scope, id, {
    ...lanes,
    visibilityTimeout: hidden,
    retentionPeriod: Duration.days(4),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: receives },
  });
  return { queue, deadLetters };
};

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

/** The id of the policy that CDK makes when a queue gets a statement of its own. */
const OWN_POLICY = 'Policy';

/**
 * Refuses requests without TLS at all queues below a scope that have no policy of their own, by one policy. To be called last. SQS
 * allows no policy that names several queues, so it names none: it holds at each queue that has it.
 */
export const refusePlainHttp = (scope: Construct): void => {
  const queues = scope.node
    .findAll()
    .filter((node) => node instanceof Queue)
    .filter(({ node }) => node.tryFindChild(OWN_POLICY) === undefined);
  new QueuePolicy(scope, 'Queues', { queues }).document.addStatements(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['sqs:*'],
      resources: ['*'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  );
};
