import { createHmac } from 'node:crypto';
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';
import { admitUrl, guardedLookup, NOT_CALLED } from './public-address.ts';

/** The result of a call: a status, or why there is none. */
export interface Called {
  readonly status: number | null;
  readonly error: string | null;
}

export interface WebhookCall {
  readonly url: string;
  readonly secret: string;
  readonly messageId: string;
  readonly body: string;
}

const CALL_MILLISECONDS = 10_000;
const SECRET_PREFIX = 'whsec_';

/** The signature of Standard Webhooks 1.0: HMAC-SHA-256 over id, time and body, in base64. */
export const signatureOf = (secret: string, messageId: string, seconds: number, body: string): string => {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${messageId}.${seconds}.${body}`).digest('base64')}`;
};

export const newWebhookSecret = (bytes: Uint8Array): string =>
  `${SECRET_PREFIX}${Buffer.from(bytes).toString('base64')}`;

/**
 * Why there is no status, in a message for the team. The system's message contains addresses, and would distinguish a name that
 * resolves from one that does not, and a closed port from a filtered one.
 */
const wordsFor = (error: unknown, connected: boolean): string => {
  if (!connected) return NOT_CALLED;
  // A signal ends a request with an error of its own, whose cause says why.
  const isLate = error instanceof Error && error.cause instanceof Error && error.cause.name === 'TimeoutError';
  return isLate ? 'The receiver did not answer within ten seconds' : 'The receiver sent no answer that can be read';
};

/** Calls webhooks. Redirects are not followed: they would lead past the rules for addresses. */
export const callWebhook =
  (toLoopback: boolean, now: () => Date) =>
  ({ url: text, secret, messageId, body }: WebhookCall): Promise<Called> =>
    new Promise((resolve) => {
      let connected = false;
      const failed = (error: unknown): void => resolve({ status: null, error: wordsFor(error, connected) });
      try {
        // A literal address never comes to the lookup; and the rules may have changed since the webhook was made.
        const url = admitUrl(text, toLoopback);
        const seconds = Math.floor(now().getTime() / 1000);
        const call = (url.protocol === 'https:' ? overHttps : overHttp)(url, {
          method: 'POST',
          lookup: guardedLookup(toLoopback),
          agent: false,
          signal: AbortSignal.timeout(CALL_MILLISECONDS),
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Mediashelf-Webhooks/1',
            'webhook-id': messageId,
            'webhook-timestamp': String(seconds),
            'webhook-signature': signatureOf(secret, messageId, seconds, body),
          },
        });
        call.on('socket', (socket) => {
          socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
            connected = true;
          });
        });
        call.on('response', (response) => {
          resolve({ status: response.statusCode ?? null, error: null });
          // The body of the answer is not needed, and may be endless.
          response.destroy();
        });
        call.on('error', failed);
        call.end(body);
      } catch (error) {
        failed(error);
      }
    });
