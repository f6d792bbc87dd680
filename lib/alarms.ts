import type { CfnApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Aws, Duration } from 'aws-cdk-lib/core';
import { Construct, type IDependable } from 'constructs';
import { monthlyBudget } from './budget.ts';
import type { HttpApi } from './http-api.ts';
import type { Library } from './library.ts';
import { lessOf, PERIOD, sumOf } from './metrics.ts';
import type { OperationFunction } from './operation-function.ts';
import { uploadsRefused } from './uploads-refused.ts';
import type { WebSocketApi } from './web-socket-api.ts';

/** Of the upload gateway: its answers that are faults, and the tasks that are well. */
export interface GatewayMetrics {
  readonly failures: IMetric;
  readonly healthy: IMetric;
  /** Is there once a first task is well. */
  readonly service: IDependable;
}

interface AlarmsProps {
  readonly email: string | undefined;
  readonly api: HttpApi;
  readonly sockets: WebSocketApi;
  readonly library: Library;
  readonly sweep: OperationFunction;
  /** Log groups of the functions that answer 503 on purpose while uploads are switched off; undefined while they are on. */
  readonly refusingUploads: readonly ILogGroup[] | undefined;
  /** Dollars a month at which the account's cost is told of; undefined for never. */
  readonly monthlyCost: number | undefined;
  /** Functions that no client waits for; failures of the others, throttling included, show as 5xx of the API. */
  readonly background: readonly OperationFunction[];
  /** The functions behind the table's stream. */
  readonly announce: OperationFunction;
  readonly queueChanges: OperationFunction;
  /** Queues of work, by their waiting messages. */
  readonly waiting: Readonly<Record<string, Queue>>;
  readonly gateway: GatewayMetrics | undefined;
  /** Dead-letter queues. */
  readonly givenUp: Readonly<Record<string, Queue>>;
}

/** Longer than a message is hidden after an attempt that failed, so that a single failure is no delay. */
const LATE = Duration.hours(2);
/** CloudWatch allows no more metrics in one alarm. */
const MOST_METRICS = 10;

/** Of all functions of the account, which share what it may run at once: 1,000, unless it was raised. */
const ACCOUNT_CONCURRENCY = new Metric({
  namespace: 'AWS/Lambda',
  metricName: 'ConcurrentExecutions',
  period: PERIOD,
  statistic: Stats.MAXIMUM,
});

const apiMetric = ({ ref }: CfnApi, metricName: string): IMetric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: ref },
    period: PERIOD,
    statistic: Stats.SUM,
  });

/** Says when an operator has to look: by e-mail when the settings name one, in CloudWatch in any case. */
export class Alarms extends Construct {
  private readonly topic: Topic | undefined;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { email, api, background, announce, queueChanges, givenUp, waiting, gateway } = props;
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

    const failures = apiMetric(api.api, '5xx');
    const meant = props.refusingUploads && uploadsRefused(this, props.refusingUploads);
    this.alarm(
      'Http5xx',
      'The HTTP API answers with server errors',
      meant === undefined ? failures : lessOf('unmeant', failures, meant),
      5,
    );
    const sockets = ['IntegrationError', 'ExecutionError'].map((name) => apiMetric(props.sockets.api, name));
    this.alarm('WebSocketFails', 'The WebSocket API answers with server errors', sumOf('failed', sockets), 5);
    this.watchTable(props.library);
    this.alarm('Concurrency', 'The account runs nearly as many functions as it may', ACCOUNT_CONCURRENCY, 800);
    this.watchSweep(props.sweep);
    if (email !== undefined && props.monthlyCost !== undefined) monthlyBudget(this, email, props.monthlyCost);

    const age = lambdaMetric(announce, 'IteratorAge', Stats.MAXIMUM);
    this.alarm('IteratorAge', 'Announcements lag behind the library by more than a minute', age, 60_000);
    const searchAge = lambdaMetric(queueChanges, 'IteratorAge', Stats.MAXIMUM);
    this.alarm('SearchAge', 'Search lags behind the library by more than a minute', searchAge, 60_000);
    for (const [what, queue] of Object.entries(waiting)) {
      const oldest = queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
      this.alarm(`${what}Wait`, `${what} wait for more than two hours`, oldest, LATE.toSeconds());
    }
    if (gateway) this.watch(gateway);
  }

  private watchTable({ table: { tableName } }: Library): void {
    const of = (metricName: string): IMetric =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName: tableName },
        period: PERIOD,
        statistic: Stats.SUM,
      });
    const throttled = sumOf('throttled', [of('ReadThrottleEvents'), of('WriteThrottleEvents')]);
    this.alarm('TableThrottles', 'The table throttles', throttled, 100);
    this.alarm('TableConflicts', 'Many transactions meet on one item', of('TransactionConflict'), 1000);
  }

  /** It starts every five minutes. Data that are missing are what is looked for; in a new stack they are not yet missed. */
  private watchSweep({ lambda }: OperationFunction): void {
    const started = lambda.metricInvocations({ period: Duration.minutes(15) });
    const alarm = this.alarm('SweepStopped', 'The sweep does not run', started, 1, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.MISSING,
    });
    if (this.topic) alarm.addInsufficientDataAction(new SnsAction(this.topic));
  }

  private watch({ failures, healthy, service }: GatewayMetrics): void {
    this.alarm('GatewayFails', 'The upload gateway answers with server errors', failures, 5);
    const down = this.alarm('GatewayDown', 'No task of the upload gateway is well', healthy, 1, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // Without any task, the metric of healthy ones has no data.
      treatMissingData: TreatMissingData.BREACHING,
      evaluationPeriods: 2,
    });
    down.node.addDependency(service);
  }

  private alarm(
    id: string,
    alarmDescription: string,
    metric: IMetric,
    threshold: number,
    unlike: Partial<Pick<AlarmProps, 'comparisonOperator' | 'treatMissingData' | 'evaluationPeriods'>> = {},
  ): Alarm {
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
    return alarm;
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
