import { MediashelfError } from '../../client/index.ts';
import type { Words } from '../words/en.ts';

export const isUnauthorized = (error: unknown): boolean => error instanceof MediashelfError && error.status === 401;
export const isMissing = (error: unknown): boolean => error instanceof MediashelfError && error.status === 404;

const isNamed = (code: string, refusals: object): code is keyof Words['refusals'] => Object.hasOwn(refusals, code);

/** A failure in words for the person at the page. */
export const inWords = (error: unknown, { errors, refusals }: Words): string => {
  if (!(error instanceof MediashelfError)) return errors.other(error instanceof Error ? error.message : String(error));
  const { code, status, message } = error;
  if (code === 'NETWORK') return errors.network;
  if (code === 'QUOTA_EXCEEDED') return errors.quota;
  if (isNamed(code, refusals)) return refusals[code];
  if (status === 403) return errors.forbidden;
  if (status === 404) return errors.missing;
  if (status === 429 || status === 503) return errors.busy;
  return errors.other(error.fields[0]?.message ?? message);
};
