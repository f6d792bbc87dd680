import { MediaError } from '../domain/errors.ts';

/** Bytes that a body of fields may have, JSON or URL-encoded; no route takes more unless it says so. */
export const BODY_LIMIT = 256 * 1024;

/** The refusal of a body of more than `most` bytes. */
export const bodyTooLarge = (most: number): MediaError =>
  new MediaError('TOO_LARGE', `Request body too large: at most ${most} bytes`);
