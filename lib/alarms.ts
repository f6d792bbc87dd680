import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { HttpApi } from './http-api.ts';
import type { OperationFunction } from './operation-function.ts';

interface AlarmsProps {
  readonly email: string | undefined;
  readonly api: HttpApi;
  /** Functions that nobody waits for; what goes wrong in the others, throttling too, shows as 5xx of the API. */
  readonly background: readonly OperationFunction[];
  /** The function behind the table's stream. */
  readonly announce: OperationFunction;
  /** Queues that hold what was given up. */
  readonly givenUp: Readonly<Record<string, Queue>>;
}

const PERIOD = Duration.minutes(5);

/** Says when an operator has to look: by e-mail when the settings name one, in CloudWatch in any case. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, { email, api, background, announce, givenUp }: AlarmsProps) {
    super(scope, id);
    this.topic = email === undefined ? undefined : this.mailTo(email);

    for (const [name, queue] of Object.entries(givenUp)) {
      const waiting = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
      this.alarm(name, `${name}: messages were given up; see the runbook`, waiting, 1);
    }
    for (const { operation, lambda } of background) {
      const errors = lambda.metricErrors({ period: PERIOD });
      this.alarm(`${operation}.Errors`, `${operation} fails`, errors, 1);
    }
    const throttles = Object.fromEntries(
      background.map(({ lambda }, at) => [`throttled${at}`, lambda.metricThrottles({ period: PERIOD })]),
    );
    const throttled = new MathExpression({
      expression: Object.keys(throttles).join(' + '),
      usingMetrics: throttles,
      period: PERIOD,
      label: 'throttled',
    });
    this.alarm('Throttles', 'Functions wait for concurrency; raise the quota of the account', throttled, 10);

    const dimensionsMap = { ApiId: api.api.ref };
    const failures = new Metric({
      namespace: 'AWS/ApiGateway',
      metricName: '5xx',
      dimensionsMap,
      period: PERIOD,
      statistic: Stats.SUM,
    });
    this.alarm('Http5xx', 'The HTTP API answers with server errors', failures, 5);

    const age = lambdaMetric(announce, 'IteratorAge', Stats.MAXIMUM);
    this.alarm('IteratorAge', 'Announcements lag behind the library by more than a minute', age, 60_000);
  }

  private alarm(id: string, alarmDescription: string, metric: IMetric, threshold: number): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private mailTo(endpoint: string): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A policy of one's own takes the place of SNS's default one, which would have let CloudWatch in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    new Subscription(this, 'Email', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint });
    return topic;
  }
}

const lambdaMetric = ({ lambda }: OperationFunction, name: string, statistic: string): IMetric =>
  lambda.metric(name, { period: PERIOD, statistic });
