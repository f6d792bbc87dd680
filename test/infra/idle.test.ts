import { expect, it } from '@jest/globals';
import { OF_THE_EDGE, STACK } from '../../bin/cost/estimate.ts';
import { ofType, synthesize } from './synthesized.ts';

it('the price of the idle stack counts the parts of the template that cost without a call', async () => {
  const stack = await synthesize();
  const polled = ofType(stack, 'AWS::Lambda::EventSourceMapping').filter(
    ({ Properties }) => !JSON.stringify(Properties.EventSourceArn).includes('StreamArn'),
  );
  expect({
    alarms: ofType(stack, 'AWS::CloudWatch::Alarm').length,
    secrets: ofType(stack, 'AWS::SecretsManager::Secret').length,
    polledQueues: polled.length,
  }).toEqual(STACK);
});

it('the price of the edge counts what it adds to them', async () => {
  const stack = await synthesize({ settings: { edge: {} } });
  expect(ofType(stack, 'AWS::SecretsManager::Secret')).toHaveLength(STACK.secrets + OF_THE_EDGE.secrets);
  expect(ofType(stack, 'AWS::CloudWatch::Alarm')).toHaveLength(STACK.alarms + OF_THE_EDGE.alarms);
});
