import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError, LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import type { Connection } from './connection.ts';
import { WEBSOCKET_LIMITS } from './limits.ts';

/** One call of the `@connections` API, its signature and its length already checked. */
export interface ManageRequest {
  readonly method: string;
  readonly connectionId: string;
  readonly body: Buffer;
}

export interface ManageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The connection ids under `/@connections/`, with or without the stage before it. */
const PATH = /^(?:\/[^/@]+)?\/@connections\/([^/?]+)(?:\?.*)?$/;

const answer = (status: number, value?: unknown): ManageResponse => ({
  status,
  headers: value === undefined ? {} : { 'content-type': 'application/json' },
  body: value === undefined ? '' : JSON.stringify(value),
});

/** Renders an error in the form that the SDK's client recognises. */
export const renderManageError = (error: AwsError): ManageResponse => ({
  status: error.status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
  body: JSON.stringify({ message: error.message }),
});

const gone = (): ManageResponse => renderManageError(new AwsError('GoneException', '410', 410));

/** The `@connections` API over the open connections. */
export const manageConnections = (open: ReadonlyMap<string, Connection>, request: ManageRequest): ManageResponse => {
  const connection = open.get(request.connectionId);
  if (!connection?.isOpen()) return gone();
  switch (request.method) {
    case 'POST':
      return connection.send(request.body.toString('utf8')) ? answer(200) : gone();
    case 'DELETE':
      connection.end({ code: 1000, reason: 'Connection Closed Normally' });
      return answer(204);
    case 'GET':
      return answer(200, {
        connectedAt: new Date(connection.facts.connectedAt).toISOString(),
        identity: connection.facts.identity,
        lastActiveAt: new Date(connection.lastActiveAt()).toISOString(),
      });
    default:
      return renderManageError(new AwsError('MethodNotAllowedException', 'Method Not Allowed', 405));
  }
};

export interface ManagementEndpointOptions {
  readonly apiId: string;
  readonly stage: string;
  readonly manage: (request: ManageRequest) => ManageResponse;
  /**
   * Checks signature and policies: throws an AwsError (403) unless the caller may do `action` on `resource`. `body` is the part
   * that the signature must cover.
   */
  readonly authorize: (
    request: IncomingMessage,
    body: Buffer,
    action: string,
    resource: string,
  ) => void | Promise<void>;
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= WEBSOCKET_LIMITS.messageBytes) chunks.push(chunk);
  }
  if (bytes > WEBSOCKET_LIMITS.messageBytes) throw new AwsError('PayloadTooLargeException', 'Message too long', 413);
  return Buffer.concat(chunks);
};

const decodeId = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
};

/**
 * The management endpoint as a `fallback` of the HTTP gateway: answers true for `/ws/@connections/{id}` and serves it. The
 * action that `authorize` checks is `execute-api:ManageConnections` on the ARN of that one connection.
 */
export const managementEndpoint =
  ({ apiId, stage, manage, authorize }: ManagementEndpointOptions) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const encodedId = PATH.exec(request.url ?? '')?.[1];
    if (encodedId === undefined) return false;
    const connectionId = decodeId(encodedId);
    const method = request.method ?? '';
    const resource = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${apiId}/${stage}/${method}/@connections/${connectionId}`;
    const serve = async (): Promise<ManageResponse> => {
      const body = await read(request);
      await authorize(request, body, 'execute-api:ManageConnections', resource);
      return manage({ method, connectionId, body });
    };
    serve()
      .catch((error: unknown) => {
        if (error instanceof AwsError) return renderManageError(error);
        return renderManageError(new AwsError('InternalServerError', 'Internal server error', 500));
      })
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body || undefined))
      // The caller disconnected.
      .catch(() => response.destroy());
    return true;
  };
