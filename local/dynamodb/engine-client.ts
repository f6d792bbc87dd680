import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { AwsError } from '../ports.ts';

/** Calls the engine directly, as the runtime itself: no proxy, no signature check. */
export type EngineClient = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

/** The engine does not check credentials, but requires some. */
export const ENGINE_HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
  'x-amz-date': '20260101T000000Z',
};

const STREAMS = new Set(['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords']);

/** Creates a client of the engine at `url`. By node:http, since loading `fetch` costs 15 MB of an idle runtime. */
export const createEngineClient = (url: string): EngineClient => {
  const agent = new Agent({ keepAlive: true });
  return async (operation, input) => {
    const service = STREAMS.has(operation) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810';
    const response = await sendToEngine(new URL(url), agent, `${service}.${operation}`, JSON.stringify(input));
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
    if (response.statusCode === 200) return answer;
    const code = String(answer.__type ?? 'InternalServerError').replace(/^.*#/, '');
    throw new AwsError(code, String(answer.message ?? answer.Message ?? operation), response.statusCode ?? 500);
  };
};

/** Sends one request to the engine and answers its response, unread. */
export const sendToEngine = (
  engine: URL,
  agent: Agent,
  target: string,
  body: string | Buffer,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...ENGINE_HEADERS,
      host: engine.host,
      'x-amz-target': target,
      'content-length': Buffer.byteLength(body),
    };
    const { hostname: host, port } = engine;
    const outgoing = httpRequest({ agent, host, port, method: 'POST', path: '/', headers }, resolve);
    outgoing.on('error', (error) => {
      reject(new AwsError('InternalServerError', `The DynamoDB engine does not answer: ${error.message}`, 500));
    });
    outgoing.end(body);
  });
