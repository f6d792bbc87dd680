/** Quotas of an API Gateway WebSocket API, in bytes and milliseconds. */
export const WEBSOCKET_LIMITS = {
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  /** Without a message or a ping from either side. */
  idleMs: 10 * 60_000,
  durationMs: 2 * 60 * 60_000,
  integrationMs: 29_000,
  /** Bytes that may wait for a consumer that does not read, before the connection is dropped. */
  bufferedBytes: 1024 * 1024,
  /** Messages of one connection that functions work on at once; AWS promises no order, and neither do we. */
  inFlight: 4,
} as const;

/** The limits as an option, so that a test need not wait for hours. */
export type WebSocketLimits = { readonly [K in keyof typeof WEBSOCKET_LIMITS]: number };
