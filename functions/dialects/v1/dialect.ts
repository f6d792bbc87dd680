import type { Scope } from '../../domain/scopes.ts';
import type { Dialect } from '../../http/dialect.ts';

const v1ScopeName = (scope: Scope): string =>
  scope === 'media:create' || scope === 'media:update' ? 'media:write' : scope;

/** The canonical API: `{success:false,error,details?}`. */
export const v1: Dialect = {
  credentials: ['bearer', 'session'],
  scopeName: v1ScopeName,
  changed: (id) => ({ success: true, data: { id } }),
  refuse: ({ status, message, scope, code, fields }, current) => ({
    status,
    body: {
      success: false,
      error: scope ? `${message} - ${v1ScopeName(scope)} scope required` : message,
      ...(status === 404 || status === 401 || status === 403 || status >= 500
        ? {}
        : {
            details: {
              code,
              ...(fields.length > 0 ? { errors: fields } : {}),
              ...(current === undefined ? {} : { current }),
            },
          }),
    },
  }),
};
