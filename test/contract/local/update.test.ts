import { describe, expect, it } from '@jest/globals';
import { createEngineClient } from '../../../local/dynamodb/engine-client.ts';
import { runLocalStack, synthesize } from '../../support/local-stack/run.ts';

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
      const found = await createEngineClient(stack.runtime.addresses.dynamodb)('Query', {
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
