import type { MediaError } from '../domain/errors.ts';
import type { Scope } from '../domain/scopes.ts';

/** How an API words its errors. */
export interface Dialect {
  readonly error: (error: MediaError) => unknown;
  /** The name under which this API's reference knows a scope. */
  readonly scopeName: (scope: Scope) => string;
}

/** The canonical API: `{success:false,error,details?}`. */
const v1: Dialect = {
  error: (error) => ({
    success: false,
    error: error.message,
    ...(error.status === 404 || error.status === 401 || error.status === 403 || error.status >= 500
      ? {}
      : { details: { code: error.code, ...(error.fields.length > 0 ? { errors: error.fields } : {}) } }),
  }),
  scopeName: (scope) => (scope === 'media:create' || scope === 'media:update' ? 'media:write' : scope),
};

export const dialects = { v1 } as const satisfies Record<string, Dialect>;
