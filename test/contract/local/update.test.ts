import { describe, expect, it } from '@jest/globals';
import { createEngineClient } from '../../../local/dynamodb/engine-client.ts';
import { eventually, runLocalStack, synthesize, type Template } from '../../support/drivers/local-stack/run.ts';

type Change = (type: string, properties: Template['Resources'][string]['Properties']) => void;

/** The fixture stack with a change of its resources. */
const changed = (change: Change): string =>
  synthesize(({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) change(Type, Properties);
  });

describe('a new version of the stack', () => {
  it('takes over functions, routes, grants and indexes, and keeps data and addresses', async () => {
    const stack = await runLocalStack();
    try {
      const item = { pk: { S: 'OTHER#1' }, sk: { S: 'x' }, name: { S: 'cat' } };
      await stack.operate({ do: 'put', item });
      const { http } = stack.runtime.addresses;
      expect((await fetch(`${http}/welcome/bob`)).status).toBe(404);
      const underWay = stack.operate({ do: 'sleep', ms: 500 });
      await stack.runtime.update(
        synthesize((template) => {
          for (const { Type, Properties } of Object.values(template.Resources)) {
            if (Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables?.TABLE) {
              Properties.Environment.Variables.VERSION = 'two';
            }
            if (Type === 'AWS::ApiGatewayV2::Route' && Properties.RouteKey === 'GET /hello/{name}') {
              Properties.RouteKey = 'GET /welcome/{name}';
            }
            if (Type === 'AWS::Lambda::Permission') delete Properties.SourceArn;
            if (Type === 'AWS::DynamoDB::GlobalTable') {
              Properties.GlobalSecondaryIndexes[0].IndexName = 'byTitle';
            }
          }
        }),
      );
      expect(await underWay).toEqual(expect.any(Number));
      expect(await stack.operate({ do: 'environment' })).toMatchObject({ VERSION: 'two' });
      expect(await stack.operate({ do: 'get', key: { pk: item.pk, sk: item.sk } })).toEqual(item);
      expect(stack.runtime.addresses.http).toBe(http);
      expect(await (await fetch(`${http}/welcome/bob`)).text()).toBe('hello bob');
      const found = await createEngineClient(stack.runtime.engineUrl)('Query', {
        TableName: stack.output('TableName'),
        IndexName: 'byTitle',
        KeyConditionExpression: '#name = :name',
        ExpressionAttributeNames: { '#name': 'name' },
        ExpressionAttributeValues: { ':name': { S: 'cat' } },
      });
      expect(found.Items).toEqual([item]);
    } finally {
      await stack.stop();
    }
  });

  it.each<[string, string, Change]>([
    [
      'a schedule',
      'The rate of rate(1 fortnight) is not understood.',
      (type, properties) => {
        if (type === 'AWS::Events::Rule') properties.ScheduleExpression = 'rate(1 fortnight)';
      },
    ],
    [
      'a filter',
      'The filter {"dynamodb":"any"} has "any" where a list belongs.',
      (type, properties) => {
        if (type === 'AWS::Lambda::EventSourceMapping' && properties.StartingPosition)
          properties.FilterCriteria = { Filters: [{ Pattern: '{"dynamodb":"any"}' }] };
      },
    ],
    [
      'a route',
      '"GET hello" is no route key: expected "METHOD /path" or "$default"',
      (type, properties) => {
        if (type === 'AWS::ApiGatewayV2::Route' && properties.RouteKey.startsWith('GET'))
          properties.RouteKey = 'GET hello';
      },
    ],
    [
      'a managed policy',
      'has the managed policy arn:aws:iam::aws:policy/Nothing, which is not known here.',
      (type, properties) => {
        if (type === 'AWS::IAM::Role') properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/Nothing'];
      },
    ],
  ])('with %s that is not understood is refused whole, and the old one works on', async (_what, complaint, change) => {
    const stack = await runLocalStack();
    try {
      const bad = changed((type, properties) => {
        change(type, properties);
        if (type === 'AWS::Lambda::Function' && properties.Environment?.Variables?.TABLE)
          properties.Environment.Variables.VERSION = 'two';
        if (type === 'AWS::DynamoDB::GlobalTable') properties.GlobalSecondaryIndexes[0].IndexName = 'byTitle';
      });
      await expect(stack.runtime.update(bad)).rejects.toThrow(complaint);

      await stack.runtime.queues.send(stack.output('QueueUrl').replace(/^.*\//, ''), 'cat');
      await stack.operate({ do: 'put', item: { pk: { S: 'MEDIA#1' }, sk: { S: 'x' } } });
      const client = createEngineClient(stack.runtime.engineUrl);
      for (const pk of ['QUEUE#cat', 'STREAM#MEDIA#1']) {
        const get = () => client('GetItem', { TableName: stack.output('SeenTableName'), Key: { pk: { S: pk } } });
        await eventually(async () => (await get()).Item, stack);
      }
      expect(await stack.operate({ do: 'environment' })).not.toHaveProperty('VERSION');
      expect((await fetch(`${stack.runtime.addresses.http}/hello/bob`)).status).toBe(200);
      const { Table } = await client('DescribeTable', { TableName: stack.output('TableName') });
      expect(Table).toMatchObject({ GlobalSecondaryIndexes: [{ IndexName: 'byName' }] });

      await stack.runtime.update(synthesize());
      expect(await stack.operate({ do: 'echo', value: 'as before' })).toBe('as before');
    } finally {
      await stack.stop();
    }
  });

  it('whose keys changed is refused in one line, and the old one runs on', async () => {
    const stack = await runLocalStack();
    try {
      const update = stack.runtime.update(
        synthesize((template) => {
          for (const { Type, Properties } of Object.values(template.Resources)) {
            if (Type !== 'AWS::DynamoDB::GlobalTable') continue;
            Properties.KeySchema.pop();
            Properties.AttributeDefinitions = Properties.AttributeDefinitions.filter(
              (each: { AttributeName: string }) => each.AttributeName !== 'sk',
            );
          }
        }),
      );
      await expect(update).rejects.toThrow('a table keeps its keys for life. Start with a new --data folder.');
      expect(await stack.operate({ do: 'echo', value: 'still here' })).toBe('still here');
    } finally {
      await stack.stop();
    }
  });
});
