import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { unanswered } from '../errors.ts';
import { IDLE_MS, type PutAnswer, type PutOptions, type SignedPut } from '../source.ts';

/** Enough of a refusal to read its code. */
const MOST_TEXT = 4096;

const textOf = async (answer: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of answer) if (text.length < MOST_TEXT) text += chunk;
  return text;
};

/**
 * Sends a stream of known length by a signed PUT. `fetch` would send it in chunks, which a signature of the length does not
 * allow, and reports no progress.
 */
export const putStream = (
  { url, headers }: SignedPut,
  length: number,
  open: () => Readable,
  { signal, onSent }: PutOptions,
): Promise<PutAnswer> =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const outgoing = send(url, { method: 'PUT', headers: { ...headers, 'content-length': length }, signal });
    const body = open();
    let sent = 0;
    const fail = (error: unknown): void => {
      body.destroy();
      outgoing.destroy();
      reject(signal.aborted ? signal.reason : error);
    };
    outgoing.setTimeout(IDLE_MS, () => fail(unanswered(`nothing moved for ${IDLE_MS / 1000} seconds`)));
    outgoing.on('error', (error) => fail(unanswered(error)));
    outgoing.once('response', (answer) => {
      // A refusal may come before the end of the bytes, and the server does not read the rest then.
      body.unpipe(outgoing);
      body.destroy();
      const { statusCode: status = 0, headers: said } = answer;
      textOf(answer).then(
        (text) => {
          if (!outgoing.writableFinished) outgoing.destroy();
          resolve({ status, retryAfter: said['retry-after'] ?? null, text });
        },
        (error: unknown) => fail(unanswered(error)),
      );
    });
    body.on('error', fail);
    body.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      onSent(sent);
    });
    body.pipe(outgoing);
  });
