import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { verifySignature } from '../iam/sigv4.ts';
import { isOwnHost, LOOPBACK, listenOn } from '../loopback.ts';
import { type AccessControl, AwsError, type ListeningService } from '../ports.ts';
import { type AwsService, answerError } from './protocol.ts';

/** The services of the endpoint. */
export interface AwsEndpointOptions {
  readonly access: AccessControl;
  /** Services by the name in their credential scope: `dynamodb`, `sqs`, `secretsmanager`, `lambda`, `execute-api`. */
  readonly services: Readonly<Record<string, AwsService>>;
  readonly onFailure: (error: unknown) => void;
  /** Taken if it is free. */
  readonly port?: number;
}

// DynamoDB's batches are the largest requests, with 16 MB.
const MAX_BODY = 17 * 1024 * 1024;

/**
 * Starts the one loopback endpoint of the AWS services with a JSON protocol.
 *
 * The SDK sends every service to `AWS_ENDPOINT_URL`; the credential scope of the signature, which is verified first, identifies
 * the service.
 */
export const startAwsEndpoint = async (options: AwsEndpointOptions): Promise<ListeningService> => {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      if (!(error instanceof AwsError)) options.onFailure(error);
      if (response.headersSent) response.destroy();
      else answerError(response, error);
    });
  });
  const port = await listenOn(server, options.port ?? 0);
  return {
    url: `http://${LOOPBACK}:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const serve = async (
  request: IncomingMessage,
  response: ServerResponse,
  options: AwsEndpointOptions,
): Promise<void> => {
  const { method = 'GET', url = '/', headers } = request;
  if (!isOwnHost(headers.host)) throw new AwsError('AccessDeniedException', 'This host is not served here.', 403);
  const name = serviceOf(headers.authorization);
  const service = options.services[name];
  if (service === undefined) {
    throw new AwsError('UnknownService', `The local runtime has no service ${name || '(unsigned)'}.`, 403);
  }
  const body = await readBody(request);
  const verified = verifySignature({ method, url, headers }, { access: options.access, service: name, body });
  await service({ principal: verified.principal, method, url, headers, body }, response);
};

const serviceOf = (authorization: string | undefined): string => {
  if (authorization === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  return /Credential=[^,]*\/\d{8}\/[^/,]+\/([^/,]+)\/aws4_request/.exec(authorization)?.[1] ?? '';
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new AwsError('RequestEntityTooLarge', 'The request is larger than 17 MB.', 413);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
};
