import type { MediaError } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';
import type { CredentialKind } from './credentials.ts';

/** The APIs over the one library, each with its own reference. */
export const LIBRARY_DIALECTS = ['v1', 'tokens', 'files', 'admin', 'base'] as const;

/** Beside them what an uploader in a page expects of a server: it brings files in and shows none. */
export const DIALECT_NAMES = [...LIBRARY_DIALECTS, 'uppy'] as const;

export type DialectName = (typeof DIALECT_NAMES)[number];

/** An error as an API answers it. */
export interface Refused {
  readonly status: number;
  readonly body: unknown;
}

/** Who is let in by an API, and how it words its errors. */
export interface Dialect {
  /** What this API takes for a credential; whatever else comes along is not looked at. */
  readonly credentials: readonly CredentialKind[];
  readonly refuse: (error: MediaError) => Refused;
  /** What is said to an id that can be none, where that is more than that nothing was found by it. */
  readonly invalidId?: () => MediaError;
  /** The name under which this API's reference knows a scope. */
  readonly scopeName: (scope: Scope) => string;
}
