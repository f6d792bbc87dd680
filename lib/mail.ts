import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { NO_MAIL } from '../functions/domain/mail.ts';
import { allow, type Grant, permission, variable } from './grant.ts';
import type { Library } from './library.ts';
import { type FunctionDefaults, OperationFunction } from './operation-function.ts';
import { CLOSED, consuming, queueing } from './queues.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { withheld } from './withheld.ts';

interface MailProps {
  readonly defaults: FunctionDefaults;
  readonly library: Library;
  readonly publicUrl: Grant<'PUBLIC_URL'>;
  readonly mail: NonNullable<MediashelfSettings['mail']>;
}

const SEND_TIMEOUT = Duration.seconds(15);
const RECEIVES = 5;
/** A new account of SES sends one mail a second. */
const AT_ONCE = 2;

/** Mails to people: the queue that they wait in, and the one function that may send them. */
export class Mail extends Construct {
  readonly sendMail: OperationFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { defaults, library, publicUrl, mail }: MailProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', { ...CLOSED, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, 'Queue', {
      ...CLOSED,
      visibilityTimeout: Duration.seconds(SEND_TIMEOUT.toSeconds() * 6),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
    this.sendMail = new OperationFunction(this, 'send-mail', {
      ...defaults,
      description: 'Writes and sends mails to people',
      grants: [
        publicUrl,
        library.items('GetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
        withheld.fromMailer(library),
        variable('MAIL_QUEUE_URL', this.queue.queueUrl),
        consuming(this.queue),
        sending(mail),
      ],
      timeout: SEND_TIMEOUT,
    });
    new EventSourceMapping(this, 'Mails', {
      target: this.sendMail.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: 1,
      maxConcurrency: AT_ONCE,
      reportBatchItemFailures: true,
    });
  }
}

/** Sends in the name of one address of one identity, whose ARN is made of its name. */
const sending = ({ from, name, identity }: MailProps['mail']): Grant<'MAIL_FROM'> => {
  const identityName = identity ?? from.slice(from.lastIndexOf('@') + 1);
  const arn = `arn:${Aws.PARTITION}:ses:${Aws.REGION}:${Aws.ACCOUNT_ID}:identity/${identityName}`;
  const statement = allow(['ses:SendEmail'], arn);
  statement.addCondition('StringEquals', { 'ses:FromAddress': from });
  return { ...permission(statement), environment: { MAIL_FROM: `"${name}" <${from}>` } };
};

/** Lets a function have mails sent; in a stack without mail it is told so. */
export const queueingMail = (mail: Mail | undefined): Grant<'MAIL_QUEUE_URL'> =>
  mail ? queueing(mail.queue, 'MAIL_QUEUE_URL') : variable('MAIL_QUEUE_URL', NO_MAIL);
