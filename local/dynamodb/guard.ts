import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AwsService, answerJson, jsonBody, operationOf } from '../aws/protocol.ts';
import type { AccessControl } from '../ports.ts';
import { createConflicts, type PrimaryKeys, TransactionCanceled } from './conflicts.ts';
import { sendToEngine } from './engine-client.ts';
import type { LaggingIndexes } from './lagging-indexes.ts';
import { demandOf, type PartitionKeys } from './requests.ts';

type Conflicts = ReturnType<typeof createConflicts>;

/** The dependencies of the proxy. */
export interface GuardOptions {
  readonly engineUrl: string;
  readonly access: AccessControl;
  readonly partitionKeys: () => PartitionKeys;
  readonly primaryKeys: () => PrimaryKeys;
  /** Called once a write was answered, so that stream consumers wake up. */
  readonly onWrite: () => void;
  /**
   * What meets a transaction is refused, so that retries run here as they do on AWS. The engine works off one request after
   * the other, so on a machine at its limit a transaction takes longer than one of DynamoDB, and more of them meet.
   */
  readonly refusesConflicts: boolean;
  /** Reads of a global index go there, and it hears of writes. */
  readonly lagging?: LaggingIndexes;
}

/** Authorises each DynamoDB request, refuses what meets a transaction unless that is switched off, and forwards the rest to the engine, whose answer is streamed back. */
export const createGuard = (options: GuardOptions): AwsService & { close(): void } => {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const engine = new URL(options.engineUrl);
  const conflicts: Conflicts = options.refusesConflicts ? createConflicts(options.primaryKeys) : () => () => {};
  const guard: AwsService = async (request, response) => {
    const [operation, body] = [operationOf(request), jsonBody(request.body)];
    const demand = demandOf(operation, body, options.partitionKeys());
    for (const { action, resource, context } of demand.needs) {
      options.access.authorize(request.principal, action, resource, context);
    }
    const release = enter(conflicts, operation, body, response);
    if (!release) return;
    try {
      const answer = await sendToEngine(
        options.lagging?.addressFor(operation, body) ?? engine,
        agent,
        String(request.headers['x-amz-target'] ?? ''),
        request.body,
      );
      // Once the engine begins to answer, its work is done: what comes next may follow before the client has read the answer.
      release();
      response.writeHead(answer.statusCode ?? 502, passedHeaders(answer));
      await pass(answer, response);
      if (!demand.writes) return;
      options.lagging?.answered(operation, body);
      options.onWrite();
    } finally {
      release();
    }
  };
  return Object.assign(guard, { close: () => agent.destroy() });
};

/** Takes the items of a request. Undefined for a transaction that was cancelled, which is answered with its reasons. */
const enter = (
  conflicts: Conflicts,
  operation: string,
  body: Readonly<Record<string, unknown>>,
  response: ServerResponse,
) => {
  try {
    return conflicts(operation, body);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    const { code, message, status, reasons } = error;
    response.setHeader('x-amzn-errortype', code);
    const __type = `com.amazonaws.dynamodb.v20120810#${code}`;
    answerJson(response, status, { __type, Message: message, CancellationReasons: reasons });
    return undefined;
  }
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
