import type { MediaError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scopes.ts';

/** A scope under its own name. */
export const asItIs = (scope: Scope): string => scope;

/** An error's message, with what is wrong with each field, for APIs that have but one line to say it in. */
export const inOneLine = ({ message, fields }: MediaError): string => {
  const faults = fields
    .filter((field) => field.message !== message)
    .map((field) => (field.path.length > 0 ? `${field.path.join('.')}: ${field.message}` : field.message));
  return faults.length > 0 ? `${message}: ${faults.join('; ')}` : message;
};
