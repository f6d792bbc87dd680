import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FormEvent } from '../http/form-event.ts';

/** Path, query and headers of a request. */
interface FormRequest {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly path: string;
  readonly query: string;
  readonly admitted: Required<FormEvent>['admitted'];
  readonly body: Pick<Required<FormEvent>, 'stream'> | Pick<Required<FormEvent>, 'whole'>;
}

const HOP_BY_HOP = ['cookie', 'connection', 'keep-alive', 'transfer-encoding', 'expect'];

const headersOf = ({ headersDistinct }: IncomingMessage): Record<string, string> => {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(headersDistinct)) if (values) headers.set(name, values.join(','));
  for (const name of HOP_BY_HOP) headers.delete(name);
  return Object.fromEntries(headers);
};

/** The load balancer appends the address that it saw; the entries before it come from the client. */
export const sourceOf = ({ headers, socket }: IncomingMessage): string =>
  String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim() ||
  (socket.remoteAddress ?? '');

/** A request as an event of payload format 2.0. Its body is passed separately. */
export const eventOf = (
  request: IncomingMessage,
  { routeKey, pathParameters, path, query, admitted, body }: FormRequest,
): FormEvent => {
  const now = new Date();
  const { cookie, host = '' } = request.headers;
  const parameters = Object.fromEntries(new URLSearchParams(query));
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie === undefined ? {} : { cookies: cookie.split(';').map((each) => each.trim()) }),
    headers: headersOf(request),
    ...(query === '' ? {} : { queryStringParameters: parameters }),
    pathParameters,
    requestContext: {
      accountId: '',
      apiId: 'upload-gateway',
      domainName: host,
      domainPrefix: '',
      http: {
        method: request.method ?? '',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceOf(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    isBase64Encoded: false,
    admitted,
    ...body,
  };
};
