import type { MediaError } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';
import type { CredentialKind } from './credentials.ts';

/** The APIs over the one library, each with its own reference. */
export const LIBRARY_DIALECTS = ['v1', 'tokens', 'files', 'admin', 'base'] as const;

/** Beside them, the API for an uploader in a page: it stores files and shows none. */
export const DIALECT_NAMES = [...LIBRARY_DIALECTS, 'uppy'] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** An error as an API answers it. */
export interface Refused {
  readonly status: number;
  readonly body: unknown;
}

/** The credentials of an API, and how it renders its errors. */
export interface Dialect {
  /** The credentials that this API accepts; others are ignored. */
  readonly credentials: readonly CredentialKind[];
  /** `current` is the item as it is now, as the route shows it, where that is a part of the refusal. */
  readonly refuse: (error: MediaError, current?: unknown) => Refused;
  /** The answer to a caller who may change an item and not read it. */
  readonly changed?: (id: string) => unknown;
  /** The answer to a malformed id, if it differs from that to an unknown one. */
  readonly invalidId?: () => MediaError;
  /** The name under which this API's reference knows a scope. */
  readonly scopeName: (scope: Scope) => string;
}
