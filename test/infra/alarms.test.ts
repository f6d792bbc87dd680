import { describe, expect, it } from '@jest/globals';
import { functionOf, ofType, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const watched = (stack: Synthesized): string[] =>
  ofType(stack, 'AWS::CloudWatch::Alarm').map(({ id }) => id.replace(/^Alarms|[0-9A-F]{8}$/g, ''));

describe('alarms', () => {
  it('watch what was given up, every function that no client waits for, and the API', async () => {
    const stack = await synthesize();
    expect(watched(stack).sort()).toEqual(
      [
        ...[
          'DeadLetters',
          'Unread',
          'Unannounced',
          'Unindexed',
          'Unfound',
          'Unchanged',
          'Unsent',
          'Throttles',
          'Throttles2',
          'Http5xx',
        ],
        ...['WebSocketFails', 'TableThrottles', 'TableConflicts', 'Concurrency', 'SweepStopped'],
        ...['IteratorAge', 'SearchAge', 'UploadsWait', 'TextsWait', 'WebhooksWait', 'ChangesWait'],
        ...[
          'queueuploads',
          'processupload',
          'readtext',
          'sweep',
          'announce',
          'queuechanges',
          'indexmedia',
          'connect',
          'disconnect',
          'message',
          'fanout',
          'endexpired',
          'sendwebhook',
          'runbulk',
          'rotatesecret',
        ].map((name) => `${name}Errors`),
      ].sort(),
    );
  });

  it('watch the upload gateway where there is one: its answers, and that a task is well', async () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';
    const stack = await synthesize({ settings: { uploadGateway: { name: 'uploads.example.com', certificateArn } } });
    expect(watched(stack)).toEqual(expect.arrayContaining(['GatewayFails', 'GatewayDown']));
    const down = ofType(stack, 'AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('AlarmsGatewayDown'));
    expect(down?.Properties).toMatchObject({
      MetricName: 'HealthyHostCount',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      EvaluationPeriods: 2,
    });
    // Nothing is missed before the first task was well, for which the service waits.
    expect(down?.DependsOn).toContain(theOnly(stack, 'AWS::ECS::Service').id);
  });

  it('miss the sweep where it is not started, but not in a stack that is new', async () => {
    const stack = await synthesize({ settings: { alarmEmail: 'ops@example.com' } });
    const stopped = ofType(stack, 'AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('AlarmsSweepStopped'));
    expect(stopped?.Properties).toMatchObject({
      MetricName: 'Invocations',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'missing',
      InsufficientDataActions: [{ Ref: theOnly(stack, 'AWS::SNS::Topic').id }],
    });
  });

  it('do not count the answers 503 that are meant while uploads are switched off', async () => {
    const stack = await synthesize({ settings: { uploadsEnabled: false } });
    const filters = ofType(stack, 'AWS::Logs::MetricFilter');
    expect(ofType(await synthesize(), 'AWS::Logs::MetricFilter')).toEqual([]);
    const groups = ['upload-media', 'create-upload', 'manage-uppy'] as const;
    for (const name of groups) {
      const { LogGroup } = functionOf(stack, name).Properties.LoggingConfig;
      expect(filters.map(({ Properties }) => Properties.LogGroupName)).toContainEqual(LogGroup);
    }
    const [first] = filters;
    expect(first?.Properties.FilterPattern).toBe('{ $.message.code = "UPLOADS_OFF" }');
    const alarm = ofType(stack, 'AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('AlarmsHttp5xx'));
    const { Metrics } = alarm?.Properties ?? {};
    expect(Metrics.map(({ Expression }: { Expression?: string }) => Expression)).toContain(
      'FILL(counted, 0) - FILL(meant, 0)',
    );
    expect(JSON.stringify(Metrics)).toContain(first?.Properties.MetricTransformations[0].MetricName);
  });

  it('tell of the cost of a month, where there is an address to tell', async () => {
    expect(ofType(await synthesize(), 'AWS::Budgets::Budget')).toEqual([]);
    const stack = await synthesize({ settings: { alarmEmail: 'ops@example.com', monthlyCost: 80 } });
    const { Budget, NotificationsWithSubscribers } = theOnly(stack, 'AWS::Budgets::Budget').Properties;
    expect(Budget).toMatchObject({ TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 80, Unit: 'USD' } });
    expect(NotificationsWithSubscribers).toHaveLength(2);
  });

  it('look at no more metrics than CloudWatch takes, and at all functions that no client waits for', async () => {
    const stack = await synthesize();
    const throttled = ofType(stack, 'AWS::CloudWatch::Alarm')
      .filter(({ id }) => id.startsWith('AlarmsThrottles'))
      .map(({ Properties }) => Properties.Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat));
    for (const metrics of throttled) expect(metrics.length).toBeLessThanOrEqual(10);
    const errors = watched(stack).filter((id) => id.endsWith('Errors'));
    expect(throttled.flat()).toHaveLength(errors.length);
  });

  it('wait for longer than a message is hidden after one failure', async () => {
    const stack = await synthesize();
    const thresholds = ofType(stack, 'AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties.MetricName === 'ApproximateAgeOfOldestMessage')
      .map(({ Properties }) => Properties.Threshold);
    const hidden = ofType(stack, 'AWS::SQS::Queue').map(({ Properties }) => Properties.VisibilityTimeout ?? 0);
    expect(thresholds).toHaveLength(4);
    expect(Math.min(...thresholds)).toBeGreaterThan(Math.max(...hidden));
  });

  it('stay in CloudWatch while the settings name no address', async () => {
    const stack = await synthesize();
    expect(ofType(stack, 'AWS::SNS::Topic')).toEqual([]);
    expect(ofType(stack, 'AWS::CloudWatch::Alarm').filter(({ Properties }) => Properties.AlarmActions)).toEqual([]);
  });

  it('go to the address of the settings, each of them', async () => {
    const stack = await synthesize({ settings: { alarmEmail: 'ops@example.com' } });
    const topic = { Ref: theOnly(stack, 'AWS::SNS::Topic').id };
    expect(theOnly(stack, 'AWS::SNS::Subscription').Properties).toEqual({
      Endpoint: 'ops@example.com',
      Protocol: 'email',
      TopicArn: topic,
    });
    for (const { Properties } of ofType(stack, 'AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toEqual([topic]);
    expect(theOnly(stack, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
      }),
    );
  });
});
