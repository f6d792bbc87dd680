import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { MediaError } from '../domain/errors.ts';
import { readOneName } from './form-names.ts';

/** One part of a multipart form, in the order sent. The body of a file must be read to its end before the next part comes. */
export type FormPart =
  | { readonly kind: 'field'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'file';
      readonly name: string;
      /** Without any path; empty when the client sent none. */
      readonly filename: string;
      /** As sent; a form sends no type for what it treats as `text/plain`. */
      readonly mimeType: string;
      readonly body: Readable;
    };

/** The parts of a form, and how many bytes its sender says that it has; unknown where nothing is said. */
export interface Form extends AsyncIterable<FormPart> {
  readonly announced?: number | undefined;
}

export const MOST_FILES_IN_A_FORM = 100;
export const MOST_FIELDS_IN_A_FORM = 50;
const LIMITS = {
  files: MOST_FILES_IN_A_FORM,
  fields: MOST_FIELDS_IN_A_FORM,
  parts: MOST_FILES_IN_A_FORM + MOST_FIELDS_IN_A_FORM,
  fieldSize: 64 * 1024,
  headerPairs: 20,
  headerSize: 16 * 1024,
};

/** What a form has at most beside the bytes of its files: fields, headers of parts and the lines between them. */
export const MOST_BESIDE_FILES = LIMITS.fields * LIMITS.fieldSize + LIMITS.parts * (LIMITS.headerSize + 128);

const malformed = (cause: unknown): MediaError =>
  cause instanceof MediaError
    ? cause
    : new MediaError('VALIDATION', 'The request body is not a valid multipart form', { cause });

const openForm = (contentType: string): BusboyInstance => {
  try {
    const form = new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
    readOneName(form);
    return form;
  } catch (cause) {
    throw malformed(cause);
  }
};

/**
 * Reads a form as it arrives: a part that is not read blocks the rest, so memory stays constant for any body. Throws
 * `VALIDATION` for a body that is no form, is truncated, or has too many parts.
 */
export async function* formParts(contentType: string | undefined, body: Readable): AsyncGenerator<FormPart> {
  if (!/^multipart\/form-data\b/i.test(contentType ?? '')) {
    throw new MediaError('VALIDATION', 'Expected a form of the type multipart/form-data');
  }
  const form = openForm(contentType ?? '');
  const arrived: FormPart[] = [];
  const state: { ended: boolean; error: unknown; open?: Readable } = { ended: false, error: undefined };
  const fail = (error: unknown): void => {
    state.error ??= error;
    state.ended = true;
    // The reader of a file of a truncated body would wait for its end for ever.
    state.open?.destroy(malformed(error));
    form.emit('part');
  };
  form.on('field', (name, value, _nameTruncated, valueTruncated) => {
    if (valueTruncated) return fail(new MediaError('VALIDATION', `The field ${String(name)} of the form is too long`));
    arrived.push({ kind: 'field', name: String(name), value: String(value) });
    form.emit('part');
  });
  form.on('file', (name, stream, filename, _encoding, mimeType) => {
    // A truncated body makes the stream fail for its reader; without a reader, the form's own error reports it.
    stream.on('error', () => undefined);
    state.open = stream;
    arrived.push({ kind: 'file', name: String(name), filename: filename ?? '', mimeType, body: stream });
    form.emit('part');
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit']) {
    form.on(limit, () => fail(new MediaError('VALIDATION', `A form has at most ${MOST_FILES_IN_A_FORM} files`)));
  }
  form.on('error', fail);
  form.on('finish', () => {
    state.ended = true;
    form.emit('part');
  });
  body.on('error', fail);
  body.pipe(form);
  try {
    for (;;) {
      const part = arrived.shift();
      if (part) yield part;
      else if (state.error) throw malformed(state.error);
      else if (state.ended) return;
      else await once(form, 'part').catch(fail);
    }
  } finally {
    // The body of a refused form may be a request that is still arriving: destroying it would close the connection before the
    // answer. The caller of this function does the rest.
    body.unpipe(form);
  }
}
