import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { AwsError, type Principal } from '../ports.ts';

/** One verified request to an emulated service. */
export interface AwsRequest {
  readonly principal: Principal;
  readonly method: string;
  /** Path and query as received. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A service behind the one AWS endpoint. It either answers itself or throws an AwsError. */
export type AwsService = (request: AwsRequest, response: ServerResponse) => Promise<void>;

/** Answers JSON in the version that the service's protocol speaks. */
export const answerJson = (
  response: ServerResponse,
  status: number,
  value: unknown,
  contentType = 'application/x-amz-json-1.0',
): void => {
  const text = value === undefined ? '' : JSON.stringify(value);
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) });
  response.end(text);
};

/** Answers an error as the JSON protocols do: the code in `__type` and in a header, the text in `message`. */
export const answerError = (response: ServerResponse, error: unknown, namespace = ''): void => {
  const known = error instanceof AwsError;
  const code = known ? error.code : 'InternalFailure';
  const message = known ? error.message : 'The local runtime failed; its log says why.';
  response.setHeader('x-amzn-errortype', code);
  answerJson(response, known ? error.status : 500, { __type: `${namespace}${code}`, message, Message: message });
};

/** The operation named by `X-Amz-Target: Service_Version.Operation`. */
export const operationOf = ({ headers }: AwsRequest): string =>
  String(headers['x-amz-target'] ?? '').replace(/^.*\./, '');

/** The body as a JSON object. */
export const jsonBody = (body: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same refusal as a body that is no object.
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object.');
};
