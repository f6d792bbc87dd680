import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { InvokeResult } from '../ports.ts';

/** The result of `$connect`: the status of a refusal, or the subprotocol to accept. */
export type Verdict =
  | { readonly accepted: true; readonly protocol?: string }
  | { readonly accepted: false; readonly status: number };

/** Whether this is a handshake by RFC 6455, 4.2.1; checked first, so that `$connect` never runs for one that must fail. */
export const isHandshake = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' &&
  headers['sec-websocket-version'] === '13' &&
  /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');

const protocolOf = (headers: unknown): string | undefined => {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
  return found === undefined ? undefined : String(found[1]);
};

/** Reads the result of `$connect`: 2xx accepts, 4xx refuses with that status, anything else is a 500. */
export const readVerdict = ({ payload, functionError }: InvokeResult): Verdict => {
  if (functionError || typeof payload !== 'object' || payload === null) return { accepted: false, status: 500 };
  const { statusCode, headers } = payload as { statusCode?: unknown; headers?: unknown };
  const status = Number(statusCode);
  if (status >= 200 && status < 300) {
    const protocol = protocolOf(headers);
    return { accepted: true, ...(protocol !== undefined && { protocol }) };
  }
  return { accepted: false, status: status >= 400 && status < 500 ? status : 500 };
};

/** Answers a handshake with API Gateway's plain HTTP error, and closes the socket. */
export const refuseHandshake = (socket: Duplex, status: number): void => {
  const reason = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ message: status >= 500 ? 'Internal server error' : reason });
  const head = [`HTTP/1.1 ${status} ${reason}`, 'connection: close', 'content-type: application/json'];
  socket.end(`${head.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`, () => socket.destroy());
};
