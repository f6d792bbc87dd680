import type { Dialect } from '../../http/dialect.ts';
import { asItIs, inOneLine } from '../common/one-line.ts';

/** `{detail}`, one line. A type that is not accepted is a bad request, as in its reference. */
export const files: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  changed: (id) => ({ data: { id } }),
  refuse: (error) => ({
    status: error.code === 'TYPE_NOT_ALLOWED' ? 400 : error.status,
    body: { detail: inOneLine(error) },
  }),
};
