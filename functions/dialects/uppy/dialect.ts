import type { Dialect } from '../../http/dialect.ts';
import { asItIs, inOneLine } from '../common/one-line.ts';

/** `{error,message}`: versions of Uppy differ in which of the two they show. */
export const uppy: Dialect = {
  credentials: ['upload-token', 'bearer', 'session'],
  scopeName: asItIs,
  refuse: (error) => {
    const words = inOneLine(error);
    return { status: error.status, body: { error: words, message: words } };
  },
};
