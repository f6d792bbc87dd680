import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { runLocalStack, synthesize, type Template } from '../../support/drivers/local-stack/run.ts';

/** Removes an action from every policy of the template. */
const without = (action: string) => (template: Template) => {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    for (const statement of Properties.PolicyDocument.Statement) {
      if (Array.isArray(statement.Action)) {
        statement.Action = statement.Action.filter((each: string) => each !== action);
      }
    }
  }
};

/** Lets both APIs call as one role, which may call these functions, in place of the permissions of the functions. */
const callingAs =
  (functions: readonly unknown[], service = 'apigateway.amazonaws.com') =>
  ({ Resources }: Template) => {
    for (const [id, { Type, Properties }] of Object.entries(Resources)) {
      if (Type === 'AWS::ApiGatewayV2::Integration')
        Properties.CredentialsArn = { 'Fn::GetAtt': ['InvocationRole', 'Arn'] };
      if (Type === 'AWS::Lambda::Permission' && Properties.Principal === 'apigateway.amazonaws.com')
        delete Resources[id];
    }
    const [socket] = Object.values(Resources).filter(
      ({ Type, Properties }) => Type === 'AWS::ApiGatewayV2::Route' && Properties.RouteKey === '$default',
    );
    Resources.SocketConnect = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: { ...socket?.Properties, RouteKey: '$connect' },
    };
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
    const calls = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functions };
    Resources.InvocationRole = {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [trust] },
        Policies: [{ PolicyName: 'Calls', PolicyDocument: { Statement: [calls] } }],
      },
    };
  };

const OPERATIONS = 'arn:aws:lambda:us-east-1:000000000000:function:Fixture-Operations*';
const OTHER = 'arn:aws:lambda:us-east-1:000000000000:function:Other';

/** The answer to a handshake. */
const handshake = (url: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`);
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(`refused with ${statusCode}`));
    socket.on('error', () => {});
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
  });

const ITEM = { pk: { S: 'OTHER#1' }, sk: { S: 'x' } };

describe('grants', () => {
  it('of the template let a function use the table, the bucket and the secret', async () => {
    const stack = await runLocalStack();
    try {
      expect(await stack.operate({ do: 'put', item: ITEM })).toBe('stored');
      expect(await stack.operate({ do: 'get', key: ITEM })).toEqual(ITEM);
      expect(await stack.operate({ do: 'upload', key: 'originals/a', body: 'x' })).toBe('uploaded');
      expect(await stack.operate({ do: 'secret' })).toMatch(/^[A-Za-z0-9]{48}$/);
    } finally {
      await stack.stop();
    }
  });

  it('that are taken away are missed in the words of AWS', async () => {
    const stack = await runLocalStack({ outdir: synthesize(without('dynamodb:PutItem')) });
    try {
      const { functionError, payload } = await stack.runtime.functions.invoke(stack.output('OperationsName'), {
        do: 'put',
        item: ITEM,
      });
      expect(functionError).toBe('Unhandled');
      expect((payload as { errorType: string }).errorType).toBe('AccessDeniedException');
      const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${stack.output('TableName')}`;
      expect((payload as { errorMessage: string }).errorMessage).toMatch(
        new RegExp(
          `^User: arn:aws:sts::000000000000:assumed-role/Fixture-OperationsServiceRole\\S+/${stack.output('OperationsName')} is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action$`,
        ),
      );
      expect(await stack.operate({ do: 'get', key: ITEM })).toBeUndefined();
    } finally {
      await stack.stop();
    }
  });

  it('of the role that an API calls as decide what it calls, and a function need not permit it', async () => {
    const stack = await runLocalStack({ outdir: synthesize(callingAs([OTHER])) });
    try {
      const { http } = stack.runtime.addresses;
      expect((await fetch(`${http}/hello/bob`)).status).toBe(500);
      expect(await handshake(http)).toBe('refused with 500');
      expect(stack.reports.join('\n')).toMatch(/GET \/hello\/\{name\}: the template does not let the API invoke/);
      expect(stack.reports.join('\n')).toMatch(/\$connect: the template does not let the API invoke/);
      await stack.runtime.update(synthesize(callingAs([OTHER, OPERATIONS])));
      expect(await (await fetch(`${http}/hello/bob`)).text()).toBe('hello bob');
      expect(await handshake(http)).toBe('open');
    } finally {
      await stack.stop();
    }
  });

  it('of a role that API Gateway cannot assume stop the start', async () => {
    await expect(
      runLocalStack({ outdir: synthesize(callingAs([OPERATIONS], 'lambda.amazonaws.com')) }),
    ).rejects.toThrow('a role that API Gateway cannot assume');
  });

  it('reach no further than they say', async () => {
    const stack = await runLocalStack();
    try {
      expect(await stack.operate({ do: 'upload', key: 'elsewhere/a', body: 'x' })).toMatchObject({
        errorType: 'AccessDenied',
        errorMessage: expect.stringContaining('is not authorized to perform: s3:PutObject'),
      });
    } finally {
      await stack.stop();
    }
  });

  it('that an event source lacks stop it, and are named', async () => {
    const stack = await runLocalStack({ outdir: synthesize(without('dynamodb:GetRecords')) });
    try {
      expect(await stack.operate({ do: 'put', item: { pk: { S: 'MEDIA#1' }, sk: { S: 'x' } } })).toBe('stored');
      expect(stack.reports.join('\n')).toContain('is not authorized to perform: dynamodb:GetRecords');
    } finally {
      await stack.stop();
    }
  });

  it('do not matter to the operator, and no other caller gets in', async () => {
    const stack = await runLocalStack();
    const list = (accessKeyId: string, secretAccessKey: string): Promise<unknown> => {
      const client = new DynamoDBClient({
        endpoint: stack.runtime.addresses.aws,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
        maxAttempts: 1,
      });
      return client.send(new ListTablesCommand({})).finally(() => client.destroy());
    };
    try {
      const { accessKeyId, secretAccessKey } = stack.runtime.operator;
      expect(await list(accessKeyId, secretAccessKey)).toMatchObject({ TableNames: expect.any(Array) });
      await expect(list(accessKeyId, 'guessed')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
      await expect(list('AKIANOBODY', 'guessed')).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    } finally {
      await stack.stop();
    }
  });
});
