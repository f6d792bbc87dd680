import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AwsRequest, type AwsService, jsonBody, operationOf } from '../aws/protocol.ts';
import { type AccessControl, AwsError } from '../ports.ts';
import { demandOf, type PartitionKeys } from './requests.ts';

/** What the guard stands in front of. */
export interface GuardOptions {
  readonly engineUrl: string;
  readonly access: AccessControl;
  readonly partitionKeys: () => PartitionKeys;
  /** Called once a write was answered, so that stream consumers wake up. */
  readonly onWrite: () => void;
}

/** The engine does not check credentials; it only wants to see some. */
const ENGINE_HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
  'x-amz-date': '20260101T000000Z',
};

/** Authorises each DynamoDB request and hands it to the engine, whose answer streams back as it comes. */
export const createGuard = (options: GuardOptions): AwsService & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const engine = new URL(options.engineUrl);
  const guard: AwsService = async (request, response) => {
    const demand = demandOf(operationOf(request), jsonBody(request.body), options.partitionKeys());
    for (const { action, resource, context } of demand.needs) {
      options.access.authorize(request.principal, action, resource, context);
    }
    const answer = await forward(request, engine, agent);
    response.writeHead(answer.statusCode ?? 502, passedHeaders(answer));
    await pass(answer, response);
    if (demand.writes) options.onWrite();
  };
  return Object.assign(guard, { close: () => agent.destroy() });
};

const passedHeaders = ({ headers }: IncomingMessage): Record<string, string> => {
  const passed: Record<string, string> = {};
  for (const name of ['content-type', 'content-length', 'x-amzn-requestid', 'x-amz-crc32']) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  return passed;
};

const forward = ({ headers, body }: AwsRequest, engine: URL, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const target = String(headers['x-amz-target'] ?? '');
    const outgoing = httpRequest(
      {
        agent,
        host: engine.hostname,
        port: engine.port,
        method: 'POST',
        path: '/',
        headers: { ...ENGINE_HEADERS, host: engine.host, 'x-amz-target': target, 'content-length': body.length },
      },
      resolve,
    );
    outgoing.on('error', (error) => {
      reject(new AwsError('InternalServerError', `The DynamoDB engine does not answer: ${error.message}`, 500));
    });
    outgoing.end(body);
  });

const pass = (answer: IncomingMessage, response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => {
    answer.on('error', reject);
    answer.on('end', resolve);
    answer.pipe(response);
  });
