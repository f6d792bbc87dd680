/**
 * The rights of pages of the allowed sites, and of no others. They may send the cookie of their visitor, as the API's own pages
 * do: the admin dialect has no other credential. Cookies are `SameSite=Lax`, so browsers send them only from origins of the
 * same site; pages of other sites call with a token.
 */
export const CROSS_ORIGIN = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  headers: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'x-team-id'],
  exposeHeaders: ['etag', 'location', 'retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
  credentials: true,
  /** Seconds for which a browser remembers it. */
  maxAge: 3600,
} as const;
