import { MediaError } from '../../domain/errors.ts';

/** What this API's reference says of a call that lacks something. */
export const missingParameters = (): MediaError => new MediaError('VALIDATION', 'Required parameters missing');
