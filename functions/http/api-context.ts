import type { RenditionAddress } from '../domain/media.ts';
import type { Principal } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import type { Credential } from './credentials.ts';
import type { Dialect, DialectName } from './dialect.ts';
import type { IdempotencyStore } from './idempotency.ts';
import type { RateLimiter } from './rate-limit.ts';

/** The dependencies of `serve`. */
export interface ApiContext {
  readonly publicUrl: string;
  readonly renditionAddress?: RenditionAddress;
  /** The digests by which requests of the edge are known; none in a stack without one. */
  readonly edge?: readonly Buffer[];
  readonly settings: Pick<Settings, 'allowedOrigins' | 'uploadsEnabled'>;
  readonly authenticate: Authenticate;
  readonly limit: RateLimiter;
  readonly idempotency: IdempotencyStore;
  /** The APIs whose routes are served: their credentials, and how they render errors. */
  readonly dialects: Readonly<Record<DialectName, Dialect>>;
}

/**
 * Answers the holder of a credential, or throws `UNAUTHORIZED`. `fresh` forbids cached answers; `teamId` narrows the answer to
 * one team, and is `NOT_FOUND` for callers outside of it.
 */
export type Authenticate = (
  credential: Credential,
  options: { fresh: boolean; teamId?: string | undefined },
) => Promise<Principal>;
