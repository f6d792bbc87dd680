import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttpGateway } from '../../../local/http/gateway.ts';
import { AwsError, type ListeningService } from '../../../local/ports.ts';
import { type ManageRequest, managementEndpoint, renderManageError } from '../../../local/websocket/management.ts';
import { scriptedFunctions } from './scripted-functions.ts';

const ID = 'L0SM9cOFvHcCIhw=';
const managed: ManageRequest[] = [];
const asked: string[] = [];
let allowed = true;
let gateway: ListeningService;
let client: ApiGatewayManagementApiClient;

beforeAll(async () => {
  const fallback = managementEndpoint({
    apiId: 'ws123',
    stage: 'ws',
    manage: (request) => {
      managed.push(request);
      if (request.connectionId !== ID) return renderManageError(new AwsError('GoneException', 'gone', 410));
      if (request.method === 'GET')
        return { status: 200, headers: {}, body: '{"connectedAt":"2026-01-01T00:00:00.000Z"}' };
      return { status: 200, headers: {}, body: '' };
    },
    authorize: (_request, _body, action, resource) => {
      asked.push(`${action} ${resource}`);
      if (!allowed) throw new AwsError('AccessDeniedException', 'not authorized', 403);
    },
  });
  gateway = await startHttpGateway({
    port: 0,
    routes: [],
    apiId: 'api',
    functions: scriptedFunctions({}).host,
    fallback,
  });
  client = new ApiGatewayManagementApiClient({
    endpoint: `${gateway.url}/ws`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await gateway.stop();
});

const post = (id: string, bytes = 5) =>
  client.send(new PostToConnectionCommand({ ConnectionId: id, Data: Buffer.alloc(bytes, 'x') }));

describe('the @connections endpoint, through the real SDK', () => {
  it('posts, describes and deletes the connection that the path names', async () => {
    await post(ID);
    const { ConnectedAt } = await client.send(new GetConnectionCommand({ ConnectionId: ID }));
    await client.send(new DeleteConnectionCommand({ ConnectionId: ID }));
    expect(ConnectedAt).toEqual(new Date('2026-01-01'));
    expect(managed.map(({ method, connectionId, body }) => [method, connectionId, String(body)])).toEqual([
      ['POST', ID, 'xxxxx'],
      ['GET', ID, ''],
      ['DELETE', ID, ''],
    ]);
  });

  it('asks for the permission on that one connection', async () => {
    asked.length = 0;
    await post(ID);
    expect(asked).toEqual([
      `execute-api:ManageConnections arn:aws:execute-api:us-east-1:000000000000:ws123/ws/POST/@connections/${ID}`,
    ]);
  });

  it.each([
    ['GoneException', () => post('nobody=')],
    ['PayloadTooLargeException', () => post(ID, 128 * 1024 + 1)],
  ])('raises %s in the client', async (name, call) => {
    await expect(call()).rejects.toMatchObject({ name });
  });

  it('does nothing for a caller without the permission', async () => {
    allowed = false;
    managed.length = 0;
    await expect(post(ID)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(managed).toEqual([]);
  });
});
