import type { InvokeResult } from '../ports.ts';
import { jsonBytes, LIMITS, surelyBelow } from './limits.ts';

/** An answer ready for the wire. Header names are lower case; `cookies` become one `set-cookie` each. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** An answer of API Gateway itself, `{"message":"..."}`. */
export const gatewayMessage = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(JSON.stringify({ message })),
});

export const internalServerError = (): HttpAnswer => gatewayMessage(500, 'Internal Server Error');

/** Connection headers: API Gateway frames the answer itself and ignores the function's. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'trailer',
  'te',
]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const answerHeaders = (headers: unknown): Record<string, string> => {
  const entries = isRecord(headers) ? Object.entries(headers) : [];
  return Object.fromEntries(
    entries
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name, value]) => !FRAMING.has(name) && value !== undefined && value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
};

const isTooLong = (payload: unknown): boolean => {
  const body = isRecord(payload) ? payload.body : payload;
  if (typeof body === 'string' && surelyBelow(body, LIMITS.resultBytes)) return false;
  return jsonBytes(payload) > LIMITS.resultBytes;
};

/**
 * Reads a function's result, by the rules of payload format 2.0: without a `statusCode` the whole result is the JSON body of a
 * 200; a function error, a malformed status or a result beyond Lambda's limit is a plain 500.
 */
export const readResult = ({ payload, functionError }: InvokeResult): HttpAnswer => {
  if (functionError || isTooLong(payload)) return internalServerError();
  if (!isRecord(payload) || payload.statusCode === undefined) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from(text) };
  }
  const status = Number(payload.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return internalServerError();
  const { body = '', cookies } = payload;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...answerHeaders(payload.headers) },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(text, payload.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
};
