import type { MediaError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scopes.ts';
import type { Dialect } from '../../http/dialect.ts';
import { inOneLine } from '../common/one-line.ts';
import { missingParameters } from './missing-parameters.ts';

const PERMISSIONS: Readonly<Record<Scope, string>> = {
  'media:read': 'view-media',
  'media:create': 'add-media',
  'media:update': 'edit-media',
  'media:delete': 'delete-media',
  'realtime:broadcast': 'broadcast',
};

const adminWords = (error: MediaError): string =>
  error.scope ? `Missing permission: ${PERMISSIONS[error.scope]}` : inOneLine(error);

/** `{data,code}`, where `code` repeats the status. A picture that cannot be processed is a fault in this API's reference. */
export const admin: Dialect = {
  credentials: ['refresh'],
  invalidId: missingParameters,
  scopeName: (scope) => PERMISSIONS[scope],
  refuse: (error) => {
    const [status, data] =
      error.code === 'FILE_REFUSED' ? [500, 'Error adding media'] : [error.status, adminWords(error)];
    return { status, body: { data, code: status } };
  },
};
