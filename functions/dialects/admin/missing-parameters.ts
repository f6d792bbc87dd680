import { MediaError } from '../../domain/errors.ts';

/** The reference's answer to a call with missing parameters. */
export const missingParameters = (): MediaError => new MediaError('VALIDATION', 'Required parameters missing');
