import { describe, expect, it } from '@jest/globals';
import { ofType, type Synthesized, synthesize, theOnly } from './synthesized.ts';

const watched = (stack: Synthesized): string[] =>
  ofType(stack, 'AWS::CloudWatch::Alarm').map(({ id }) => id.replace(/^Alarms|[0-9A-F]{8}$/g, ''));

describe('alarms', () => {
  it('watch what was given up, every function that nobody waits for, and the API', async () => {
    const stack = await synthesize();
    expect(watched(stack).sort()).toEqual(
      [
        ...['DeadLetters', 'Unread', 'Unannounced', 'Unindexed', 'Unsent', 'Throttles', 'Http5xx', 'IteratorAge'],
        ...[
          'processupload',
          'readtext',
          'sweep',
          'announce',
          'indexmedia',
          'connect',
          'disconnect',
          'message',
          'fanout',
          'sendwebhook',
        ].map((name) => `${name}Errors`),
      ].sort(),
    );
  });

  it('stay in CloudWatch while the settings name nobody', async () => {
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
