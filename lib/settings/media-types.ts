import { VERIFIABLE_TYPES } from '../../functions/domain/media-types.ts';

/** The names of the verifiable types, as the settings file spells them. */
export const VERIFIABLE_MIMES: readonly string[] = VERIFIABLE_TYPES.map(({ mime }) => mime);

/** What is accepted unless the settings say otherwise: a web page has to be asked for. */
export const DEFAULT_MIMES: readonly string[] = VERIFIABLE_MIMES.filter((mime) => mime !== 'text/html');
