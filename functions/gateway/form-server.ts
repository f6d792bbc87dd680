import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { FORM_LIMIT, type FormEvent } from '../api/form-event.ts';
import { logFault } from '../api/log.ts';
import { ANSWER_SECONDS } from './answer-seconds.ts';
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
/** The load balancer sends its next request on a connection that it holds for open; so it has to be the one that closes. */
const KEEP_ALIVE_MS = (ANSWER_SECONDS + 30) * 1000;
/** How long a client may go on sending what was refused, so that it gets to read why. */
const LINGER_MS = 5_000;
/** Each form holds a socket, a file and a few buffers; more than these at once are asked to come again. */
const MOST_AT_ONCE = 32;

/** Bodies that are read whole are so few at once; others wait where they are, so none may come slower than to Lambda. */
const MOST_WHOLE = 4;
const WHOLE_MS = 30_000;
/** No route takes more JSON; what is cut off there is refused in the words of its route. */
const MOST_JSON = 6 * 1024 * 1024;

/** What the load balancer asks to know that this program is well. */
const HEALTH = '/health';

/**
 * Takes forms of any size and hands them, as streams, to the functions that serve them on Lambda: same use case, same
 * authentication, same words. What has to be seen whole, JSON and a form with an `Idempotency-Key`, is read before, as
 * long as Lambda could have taken it.
 */
export const formServer = (parts: FormServerParts): Server => {
  let underWay = 0;
  const whole = atMost(MOST_WHOLE);
  const options = { requestTimeout: RECEIVE_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(options, async (request, response) => {
    if (request.url === HEALTH) return send(response, { statusCode: 200, body: 'well' });
    underWay += 1;
    request.once('end', () => request.socket.setTimeout(ANSWER_SECONDS * 1000));
    try {
      const answer = underWay > MOST_AT_ONCE ? BUSY : await answerTo(request, parts, whole);
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

/** Runs so many pieces of work at once, and the others when it is their turn. */
type AtMost = <T>(work: () => Promise<T>) => Promise<T>;
const atMost = (most: number): AtMost => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running === most) await new Promise<void>((turn) => waiting.push(turn));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};

const answerTo = async (request: IncomingMessage, { match }: FormServerParts, whole: AtMost): Promise<Result> => {
  if (isPreflight(request)) return { statusCode: 204 };
  const [rawPath = '', query = ''] = (request.url ?? '').split('?', 2);
  const path = decoded(rawPath);
  if (path === undefined) return message(400, 'Bad Request');
  const found = match(request.method ?? '', path);
  if (!found) return message(404, 'Not Found');
  const { handler, ...route } = found;
  const answer = (body: { readonly bytes: Buffer } | { readonly stream: IncomingMessage }): Promise<Result> =>
    handler(eventOf(request, { ...route, path, query, body }), {} as never);
  if (!isForm(request)) return whole(async () => answer({ bytes: await wholeBody(request, MOST_JSON) }));
  if (!isKeyed(request)) return answer({ stream: request });
  return whole(async () => answer({ bytes: await wholeBody(request, FORM_LIMIT) }));
};

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const isForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/** A form that can be repeated under its key; a larger one is told that it cannot. */
const isKeyed = ({ headers }: IncomingMessage): boolean =>
  headers['idempotency-key'] !== undefined &&
  headers['transfer-encoding'] === undefined &&
  Number(headers['content-length'] ?? 0) <= FORM_LIMIT;

/** A body, or as much of it as shows that it is too large. */
const wholeBody = async (request: IncomingMessage, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => request.destroy(), WHOLE_MS);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > most) break;
    }
  } finally {
    clearTimeout(late);
  }
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
