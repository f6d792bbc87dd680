import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AwsService, jsonBody, operationOf } from '../aws/protocol.ts';
import type { AccessControl } from '../ports.ts';
import { sendToEngine } from './engine-client.ts';
import { demandOf, type PartitionKeys } from './requests.ts';

/** The dependencies of the proxy. */
export interface GuardOptions {
  readonly engineUrl: string;
  readonly access: AccessControl;
  readonly partitionKeys: () => PartitionKeys;
  /** Called once a write was answered, so that stream consumers wake up. */
  readonly onWrite: () => void;
}

/** Authorises each DynamoDB request and forwards it to the engine, whose answer is streamed back. */
export const createGuard = (options: GuardOptions): AwsService & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const engine = new URL(options.engineUrl);
  const guard: AwsService = async (request, response) => {
    const demand = demandOf(operationOf(request), jsonBody(request.body), options.partitionKeys());
    for (const { action, resource, context } of demand.needs) {
      options.access.authorize(request.principal, action, resource, context);
    }
    const answer = await sendToEngine(engine, agent, String(request.headers['x-amz-target'] ?? ''), request.body);
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

const pass = (answer: IncomingMessage, response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => {
    answer.on('error', reject);
    answer.on('end', resolve);
    answer.pipe(response);
  });
