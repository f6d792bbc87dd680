/**
 * What pages of the allowed sites may do with the API. Without credentials: other sites call with a token, never with the
 * cookie of whoever visits them.
 */
export const CROSS_ORIGIN = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['authorization', 'content-type', 'idempotency-key', 'x-team-id'],
  exposeHeaders: ['etag', 'location', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
  /** Seconds for which a browser remembers it. */
  maxAge: 3600,
} as const;
