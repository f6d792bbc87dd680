import {
  Alarm,
  type AlarmProps,
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

/** Of the upload gateway: its answers that are faults, and the tasks that are well. */
export interface GatewayMetrics {
  readonly failures: IMetric;
  readonly healthy: IMetric;
}

interface AlarmsProps {
  readonly email: string | undefined;
  readonly api: HttpApi;
  /** Functions that no client waits for; what goes wrong in the others, throttling too, shows as 5xx of the API. */
  readonly background: readonly OperationFunction[];
  /** The functions behind the table's stream. */
  readonly announce: OperationFunction;
  readonly indexMedia: OperationFunction;
  /** Queues of what is to be done, by what waits in them. */
  readonly waiting: Readonly<Record<string, Queue>>;
  readonly gateway: GatewayMetrics | undefined;
  /** Queues that hold what was given up. */
  readonly givenUp: Readonly<Record<string, Queue>>;
}

export const PERIOD = Duration.minutes(5);
/** Longer than a message is hidden after an attempt that failed, so that a single failure is no delay. */
const LATE = Duration.hours(2);
/** CloudWatch takes no more metrics in one alarm. */
const MOST_METRICS = 10;

/** Adds metrics up. One that says nothing counts as nothing; without that, the sum would say nothing either. */
export const sumOf = (label: string, metrics: readonly IMetric[]): IMetric => {
  const named = Object.fromEntries(metrics.map((metric, at) => [`${label}${at}`, metric]));
  return new MathExpression({
    expression: Object.keys(named)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics: named,
    period: PERIOD,
    label,
  });
};

/** Says when an operator has to look: by e-mail when the settings name one, in CloudWatch in any case. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { email, api, background, announce, indexMedia, givenUp, waiting, gateway } = props;
    this.topic = email === undefined ? undefined : this.mailTo(email);

    for (const [name, queue] of Object.entries(givenUp)) {
      const waiting = queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
      this.alarm(name, `${name}: messages were given up; see the runbook`, waiting, 1);
    }
    for (const { operation, lambda } of background) {
      const errors = lambda.metricErrors({ period: PERIOD });
      this.alarm(`${operation}.Errors`, `${operation} fails`, errors, 1);
    }
    for (let start = 0; start < background.length; start += MOST_METRICS) {
      const some = background.slice(start, start + MOST_METRICS);
      const throttled = sumOf(
        'throttled',
        some.map(({ lambda }) => lambda.metricThrottles({ period: PERIOD })),
      );
      const name = start === 0 ? 'Throttles' : `Throttles${start / MOST_METRICS + 1}`;
      this.alarm(name, 'Functions wait for concurrency; raise the quota of the account', throttled, 10);
    }

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
    // A tag that is renamed has all its records gone through, which may take minutes.
    const indexAge = lambdaMetric(indexMedia, 'IteratorAge', Stats.MAXIMUM);
    this.alarm('SearchAge', 'Search lags behind the library by more than ten minutes', indexAge, 600_000);
    for (const [what, queue] of Object.entries(waiting)) {
      const oldest = queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
      this.alarm(`${what}Wait`, `${what} wait for more than two hours`, oldest, LATE.toSeconds());
    }
    if (gateway) this.watch(gateway);
  }

  private watch({ failures, healthy }: GatewayMetrics): void {
    this.alarm('GatewayFails', 'The upload gateway answers with server errors', failures, 5);
    this.alarm('GatewayDown', 'No task of the upload gateway is well', healthy, 1, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // Without any task, the metric of healthy ones has no data.
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private alarm(
    id: string,
    alarmDescription: string,
    metric: IMetric,
    threshold: number,
    unlike: Partial<Pick<AlarmProps, 'comparisonOperator' | 'treatMissingData'>> = {},
  ): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...unlike,
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
