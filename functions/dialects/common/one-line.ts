import type { MediaError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/scopes.ts';

/** A scope under its own name. */
export const asItIs = (scope: Scope): string => scope;

/** An error's message, with the faults of the fields, for APIs whose errors are one line. */
export const inOneLine = ({ message, fields }: MediaError): string => {
  const faults = fields
    .filter((field) => field.message !== message)
    .map((field) => (field.path.length > 0 ? `${field.path.join('.')}: ${field.message}` : field.message));
  return faults.length > 0 ? `${message}: ${faults.join('; ')}` : message;
};
