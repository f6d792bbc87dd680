import { VERIFIABLE_TYPES } from '../../functions/domain/media-types.ts';

/** The names of the verifiable types, as the settings file spells them. */
export const VERIFIABLE_MIMES: readonly string[] = VERIFIABLE_TYPES.map(({ mime }) => mime);

/** The types that are accepted by default: web pages must be allowed explicitly. */
export const DEFAULT_MIMES: readonly string[] = VERIFIABLE_MIMES.filter((mime) => mime !== 'text/html');
