import { AwsError } from '../ports.ts';

/** Calls the engine directly, as the runtime itself: no guard, no signature check. */
export type EngineClient = (operation: string, input: unknown) => Promise<Record<string, unknown>>;

/** Makes a client of the engine at `url`. Operations of streams are recognised by their names. */
export const createEngineClient = (url: string): EngineClient => {
  const streams = new Set(['ListStreams', 'DescribeStream', 'GetShardIterator', 'GetRecords']);
  return async (operation, input) => {
    const service = streams.has(operation) ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810';
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service}.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local',
      },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (response.ok) return answer;
    const code = String(answer.__type ?? 'InternalServerError').replace(/^.*#/, '');
    throw new AwsError(code, String(answer.message ?? answer.Message ?? operation), response.status);
  };
};
