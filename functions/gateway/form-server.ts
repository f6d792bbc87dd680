import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { FORM_LIMIT, type FormEvent } from '../api/form-event.ts';
import { logFault } from '../api/log.ts';
import { type CrossOrigin, isPreflight } from './cross-origin.ts';
import { eventOf } from './form-event.ts';
import type { RouteMatch } from './routes.ts';

/** A function's handler, called with the event that API Gateway would have sent. */
export type FormHandler = (event: FormEvent, context: never) => Promise<Result>;

export interface FormServerParts {
  readonly match: (method: string, path: string) => RouteMatch<FormHandler> | undefined;
  readonly crossOrigin: CrossOrigin;
}

/** A slow line may take this long to bring a file; one that falls silent is cut off sooner. */
const RECEIVE_MS = 60 * 60_000;
const SILENCE_MS = 60_000;
/** How long a client may go on sending what was refused, so that it gets to read why. */
const LINGER_MS = 5_000;
/** Each form holds a socket, a file and a few buffers; more than these at once are asked to come again. */
const MOST_AT_ONCE = 32;

/** What the load balancer asks to know that this program is well. */
const HEALTH = '/health';

/**
 * Takes forms of any size and hands them, as streams, to the functions that serve them on Lambda: same use case, same
 * authentication, same words. Forms that Lambda could have taken are read whole first, and so behave there and here alike.
 */
export const formServer = (parts: FormServerParts): Server => {
  let underWay = 0;
  const server = createServer({ requestTimeout: RECEIVE_MS }, async (request, response) => {
    if (request.url === HEALTH) return send(response, { statusCode: 200, body: 'well' });
    underWay += 1;
    try {
      const answer = underWay > MOST_AT_ONCE ? BUSY : await answerTo(request, parts);
      finish(request, response, { ...answer, headers: { ...answer.headers, ...parts.crossOrigin(request) } });
    } catch (error) {
      // A client that went away needs no answer; what it had sent is gone with its request.
      if (!request.destroyed || request.complete) logFault(request.url ?? '', error);
      response.destroy();
    } finally {
      underWay -= 1;
    }
  });
  server.timeout = SILENCE_MS;
  return server;
};

const message = (statusCode: number, text: string, headers = {}): Result => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message: text }),
});
const BUSY = message(503, 'Service Unavailable', { 'retry-after': '5' });

const answerTo = async (request: IncomingMessage, { match }: FormServerParts): Promise<Result> => {
  if (isPreflight(request)) return { statusCode: 204 };
  const [rawPath = '', query = ''] = (request.url ?? '').split('?', 2);
  const path = decoded(rawPath);
  if (path === undefined) return message(400, 'Bad Request');
  const found = match(request.method ?? '', path);
  if (!found) return message(404, 'Not Found');
  const { handler, ...route } = found;
  const body = isSmall(request) ? { bytes: await wholeBody(request) } : { stream: request };
  return handler(eventOf(request, { ...route, path, query, body }), {} as never);
};

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const isSmall = ({ headers }: IncomingMessage): boolean => {
  const length = headers['content-length'];
  return headers['transfer-encoding'] === undefined && Number(length ?? 0) <= FORM_LIMIT;
};

const wholeBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Answers, and drops what the client still sends: closing at once would reset the connection and take the answer with it. */
const finish = (request: IncomingMessage, response: ServerResponse, answer: Result): void => {
  if (!request.complete) {
    const cut = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
    request.once('close', () => clearTimeout(cut));
    request.resume();
  }
  send(response, answer);
};

const send = (response: ServerResponse, { statusCode = 200, headers = {}, cookies, body, isBase64Encoded }: Result) => {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  if (cookies) response.setHeader('set-cookie', cookies);
  response
    .writeHead(statusCode)
    .end(body === undefined ? undefined : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
};
