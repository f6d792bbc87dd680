import { type AwsService, answerJson } from '../aws/protocol.ts';
import { type AccessControl, AwsError } from '../ports.ts';
import type { RunningFunctions } from './host.ts';

const INVOCATION = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;
const MAX_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
const MAX_ASYNCHRONOUS_BYTES = 1024 * 1024;

/** Lambda's Invoke. A function called as an event is answered at once. */
export const createLambdaService =
  (functions: RunningFunctions, access: AccessControl, onFailure: (error: unknown) => void): AwsService =>
  async ({ principal, method, url, headers, body }, response) => {
    const encoded = INVOCATION.exec(url)?.[1];
    if (encoded === undefined || method !== 'POST') {
      throw new AwsError('UnknownOperationException', `Lambda has no ${method} ${url} here.`, 404);
    }
    const spec = functions.spec(decodeURIComponent(encoded));
    access.authorize(principal, 'lambda:InvokeFunction', spec.arn);
    const kind = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (body.length > (kind === 'Event' ? MAX_ASYNCHRONOUS_BYTES : MAX_SYNCHRONOUS_BYTES)) {
      throw new AwsError('RequestTooLargeException', `Request must be smaller than 6291456 bytes.`, 413);
    }
    const event = parseEvent(body);
    if (kind === 'DryRun') {
      response.writeHead(204).end();
    } else if (kind === 'Event') {
      void invokeAsEvent(functions, spec.name, event).catch(onFailure);
      response.writeHead(202, { 'content-length': 0 }).end();
    } else {
      const { payload, functionError } = await functions.invoke(spec.name, event);
      response.setHeader('x-amz-executed-version', '$LATEST');
      if (functionError) response.setHeader('x-amz-function-error', functionError);
      answerJson(response, 200, payload ?? null, 'application/json');
    }
  };

const parseEvent = (body: Buffer): unknown => {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
  }
};

/** An asynchronous invocation that fails is repeated as often as the function says, as on AWS, but without its minutes in between. */
export const invokeAsEvent = async (
  functions: Pick<RunningFunctions, 'invoke' | 'spec'>,
  name: string,
  event: unknown,
): Promise<void> => {
  const most = functions.spec(name).asyncRetries + 1;
  for (let attempt = 1; attempt <= most; attempt++) {
    const { functionError, payload } = await functions.invoke(name, event);
    if (functionError === undefined) return;
    if (attempt === most) throw new Error(`${name} failed, the last of ${most} times: ${JSON.stringify(payload)}`);
    await new Promise((next) => setTimeout(next, 500 * attempt).unref());
  }
};
