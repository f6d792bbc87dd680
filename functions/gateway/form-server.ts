import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda';
import { MediaError } from '../domain/errors.ts';
import { FORM_LIMIT, type FormEvent } from '../http/form-event.ts';
import { countedAddress } from '../http/rate-limit.ts';
import { logFault } from '../shared/log.ts';
import { ANSWER_SECONDS } from './answer-seconds.ts';
import { type CrossOrigin, isPreflight } from './cross-origin.ts';
import { fairSemaphore, type Release } from './fair-semaphore.ts';
import { eventOf, sourceOf } from './form-event.ts';
import { FORM_SHARES, type Sender, sharesOf, takeFormShare, WHOLE_SHARES } from './form-shares.ts';
import type { RouteMatch } from './routes.ts';

/** A function's handler, called with the event that API Gateway would have sent. */
export type FormHandler = (event: FormEvent, context: never) => Promise<Result>;

export interface FormServerParts {
  readonly match: (method: string, path: string) => RouteMatch<FormHandler> | undefined;
  readonly crossOrigin: CrossOrigin;
  /** Headers of every answer, also those that no function gives. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The least number of bytes of a form in an interval; tests use a shorter one. */
  readonly pace?: Pace;
}

interface Pace {
  readonly bytes: number;
  readonly milliseconds: number;
}

/** A slow line may take this long for a file; a silent one is cut off sooner. */
const RECEIVE_MS = 60 * 60_000;
const SILENCE_MS = 60_000;
/** 8 KiB a second over a minute: otherwise a byte now and then would hold a slot for an hour. */
const LEAST_PACE: Pace = { bytes: 480 * 1024, milliseconds: 60_000 };
/** The load balancer sends its next request on a connection that it keeps open, so it must be the one that closes it. */
const KEEP_ALIVE_MS = (ANSWER_SECONDS + 30) * 1000;
/** How long a client may keep sending a refused body: many read the answer only after they have sent all. */
const LINGER_MS = 30_000;
/** Each form holds a socket, a file and a few buffers; beyond this number, requests are told to retry. */
const AT_ONCE = 32;

/** The number of bodies that are read whole at once; others wait unread, with the same least speed as any form. */
const WHOLE_AT_ONCE = 4;
const WHOLE_MS = 30_000;
/** No route takes more JSON; a body that is cut off there is refused with the error of its route. */
const MOST_JSON = 6 * 1024 * 1024;

/** The health check of the load balancer. */
const HEALTH = '/health';

/**
 * Takes forms of any size and passes them, as streams, to the functions that serve them on Lambda: same use case, same
 * authentication, same messages. Bodies that are needed whole, JSON and a form with an `Idempotency-Key`, are read up to
 * Lambda's limit. No body is read before its headers were authenticated.
 */
export const formServer = (parts: FormServerParts): Server => {
  const all = fairSemaphore(AT_ONCE);
  const unknown = fairSemaphore(AT_ONCE);
  const senders = fairSemaphore(AT_ONCE);
  const whole = fairSemaphore(WHOLE_AT_ONCE);
  const options = { requestTimeout: RECEIVE_MS, keepAliveTimeout: KEEP_ALIVE_MS };
  const server = createServer(options, async (request, response) => {
    if (request.url === HEALTH) return send(response, { statusCode: 200, headers: { ...parts.headers }, body: 'well' });
    const address = addressOf(request);
    const leaveUnknown = unknown.take(sharesOf(undefined, address, FORM_SHARES));
    const leave = leaveUnknown && all.take([]);
    let sender: Sender | undefined;
    let leaveShare: Release | undefined;
    const admitted: Required<FormEvent>['admitted'] = (principal) => {
      leaveShare = takeFormShare(senders, principal, address);
      sender = principal;
      leaveUnknown?.();
    };
    const waitForWhole = (gone: AbortSignal): Promise<Release> =>
      whole.wait(sharesOf(sender, address, WHOLE_SHARES), gone);
    request.once('end', () => request.socket.setTimeout(ANSWER_SECONDS * 1000));
    try {
      const answer = leave ? await answerTo(request, response, { ...parts, admitted, waitForWhole }) : BUSY;
      finish(request, response, {
        ...answer,
        headers: { ...answer.headers, ...parts.headers, ...parts.crossOrigin(request) },
      });
    } catch (error) {
      // A client that disconnected needs no answer; its upload ends with its request.
      if (!request.destroyed || request.complete) logFault(request.url ?? '', error);
      response.destroy();
    } finally {
      leaveShare?.();
      leave?.();
      leaveUnknown?.();
    }
  });
  server.timeout = SILENCE_MS;
  return server;
};

/** The holder of the slots: an address, as for the rate limits. */
const addressOf = (request: IncomingMessage): string => countedAddress(sourceOf(request));

const message = (statusCode: number, text: string, headers = {}): Result => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message: text }),
});
const BUSY = message(503, 'Service Unavailable', { 'retry-after': '5' });

/** The places of the sender of a request. */
interface OfSender extends Pick<Required<FormEvent>, 'admitted'> {
  /** A place to read a body in, as soon as there is one for this sender. */
  readonly waitForWhole: (gone: AbortSignal) => Promise<Release>;
}

const answerTo = async (
  request: IncomingMessage,
  response: ServerResponse,
  { match, admitted, waitForWhole, pace = LEAST_PACE }: FormServerParts & OfSender,
): Promise<Result> => {
  if (isPreflight(request)) return { statusCode: 204 };
  const [rawPath = '', query = ''] = (request.url ?? '').split('?', 2);
  const path = decoded(rawPath);
  if (path === undefined) return message(400, 'Bad Request');
  const found = match(request.method ?? '', path);
  if (!found) return message(404, 'Not Found');
  const { handler, ...route } = found;
  const answer = (body: Body): Promise<Result> =>
    handler(eventOf(request, { ...route, path, query, admitted, body }), {} as never);
  if (isForm(request) && !isKeyed(request)) {
    const stop = cutBelow(pace, request);
    return answer({ stream: request }).finally(stop);
  }
  const turn = turnOf(response, waitForWhole);
  try {
    return await answer({
      whole: async () => {
        await turn.comes();
        return wholeBody(request, isForm(request) ? FORM_LIMIT : MOST_JSON);
      },
    });
  } finally {
    turn.ends();
  }
};

type Body = Parameters<typeof eventOf>[1]['body'];

/** Cuts off a form that arrives too slowly. Answers a function that stops the check. */
const cutBelow = ({ bytes, milliseconds }: Pace, request: IncomingMessage): (() => void) => {
  let seen = request.socket.bytesRead;
  const look = setInterval(() => {
    const now = request.socket.bytesRead;
    if (now - seen < bytes) request.destroy();
    seen = now;
  }, milliseconds).unref();
  const stop = (): void => clearInterval(look);
  request.once('end', stop);
  return stop;
};

/** The turn of a request for reading its body. It lasts until the answer, since the body is in memory that long. */
const turnOf = (response: ServerResponse, waitForWhole: OfSender['waitForWhole']) => {
  let leave: Release | undefined;
  return {
    comes: async (): Promise<void> => {
      const gone = new AbortController();
      const wentAway = (): void => gone.abort(cutShort());
      response.once('close', wentAway);
      if (response.destroyed) wentAway();
      leave = await waitForWhole(gone.signal);
      response.off('close', wentAway);
    },
    ends: (): void => leave?.(),
  };
};

/** The client is gone and reads no answer; it is not our fault either. */
const cutShort = (cause?: unknown): MediaError =>
  new MediaError('VALIDATION', 'The request body was cut short', { cause });

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

const isForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');

/** A form that can be repeated under its key; a larger one is refused with a key. */
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
  } catch (cause) {
    throw cutShort(cause);
  } finally {
    clearTimeout(late);
  }
  return Buffer.concat(chunks);
};

/** Answers, and drops the rest of the request: closing at once would reset the connection and lose the answer. */
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
