/**
 * What pages of the allowed sites may do with the API, and no others. They may come with the cookie of the person who visits
 * them, as the API's own pages do: the admin dialect has no other credential. Cookies are `SameSite=Lax`, so browsers send them
 * from origins of the same site alone; pages of other sites call with a token.
 */
export const CROSS_ORIGIN = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['authorization', 'content-type', 'idempotency-key', 'x-team-id'],
  exposeHeaders: ['etag', 'location', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
  credentials: true,
  /** Seconds for which a browser remembers it. */
  maxAge: 3600,
} as const;
