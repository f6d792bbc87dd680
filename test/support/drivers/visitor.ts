import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** An answer as it was sent: nothing followed, nothing unpacked. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let visitors = 0;

/** Asks as a visitor of an address of their own, so that no other one's calls count for them. */
export const askAsVisitor = (url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Seen> => {
  visitors += 1;
  const localAddress = `127.0.${1 + Math.floor(visitors / 250)}.${1 + (visitors % 250)}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, localAddress }, (answer) => {
      buffer(answer).then(
        (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers as Seen['headers'], body: bytes }),
        reject,
      );
    });
    sent.once('error', reject).end(body);
  });
};
