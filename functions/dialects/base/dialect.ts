import type { Dialect } from '../../http/dialect.ts';
import { asItIs, inOneLine } from '../common/one-line.ts';

/** `{error}`. */
export const base: Dialect = {
  credentials: ['bearer'],
  scopeName: asItIs,
  changed: (id) => ({ id }),
  refuse: (error) => ({ status: error.status, body: { error: inOneLine(error) } }),
};
