import { type IncomingMessage, request as open, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { discardBody } from './body.ts';

/** A program that answers HTTP at an address of its own. */
export interface Upstream {
  /** Runs `work` with the address of the running program, which stays up as long. */
  use<T>(work: (url: string) => Promise<T>): Promise<T>;
}

/** Lambda would not take an event with more. */
const EVENT_FORM_BYTES = 4 * 1024 * 1024;

/** Whether a request has a form that is too large for an event, or may have: a chunked one has no length. */
export const isLargeForm = ({ headers }: IncomingMessage): boolean =>
  /^multipart\/form-data\b/i.test(headers['content-type'] ?? '') &&
  (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > EVENT_FORM_BYTES);

/** Hands a request to a program and its answer back, byte by byte. Resolves when both have ended; rejects when the program fails. */
export const forward = (upstream: Upstream, request: IncomingMessage, response: ServerResponse): Promise<void> =>
  upstream.use((url) => exchange(url + (request.url ?? '/'), request, response));

const exchange = (url: string, request: IncomingMessage, response: ServerResponse): Promise<void> =>
  new Promise((resolve, reject) => {
    const hops = [request.headers['x-forwarded-for'], request.socket.remoteAddress].flat().filter(Boolean);
    const headers = { ...request.headers, 'x-forwarded-for': hops.join(', ') };
    // A new connection: the other side may close a kept one just as it is used again.
    const onward = open(url, { method: request.method ?? 'GET', headers, agent: false });
    onward.once('response', (answer) => {
      // The connection to the client stays: closing it would take the answer from who is still sending.
      const { connection: _, ...rest } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, rest);
      pipeline(answer, response, () => {
        // An answer may come before the end of the form, and the program does not read the rest then.
        request.unpipe(onward);
        if (!request.complete) discardBody(request);
        resolve();
      });
    });
    onward.once('error', (error) => (response.headersSent || request.destroyed ? resolve() : reject(error)));
    // The client disconnected: its partial form must not be treated as complete.
    request.once('aborted', () => onward.destroy());
    request.pipe(onward);
  });
