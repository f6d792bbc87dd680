import { Readable } from 'node:stream';
import { MediaError } from '../domain/errors.ts';
import { type Form, formParts } from './form.ts';
import { announcedBytes, FORM_LIMIT, type FormEvent } from './form-event.ts';

/** The refusal of a body that is too large for a function, with the alternative. */
export const tooLargeForFunction = (): MediaError => {
  const message = 'Store larger files with POST /api/v1/uploads, which answers a signed request';
  const fields = [{ code: 'too_big', maximum: FORM_LIMIT, path: [], message }];
  return new MediaError('TOO_LARGE', `Request body too large: at most ${FORM_LIMIT} bytes`, { fields });
};

/** The parts of the form in a request's body. */
export const formOf = ({ headers, body = '', isBase64Encoded, stream }: FormEvent): Form => {
  if (stream) return Object.assign(formParts(headers['content-type'], stream), { announced: announcedBytes(headers) });
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > FORM_LIMIT) throw tooLargeForFunction();
  return formParts(headers['content-type'], Readable.from([bytes]));
};
