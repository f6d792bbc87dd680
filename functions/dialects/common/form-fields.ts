import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../../domain/errors.ts';
import { BODY_LIMIT, bodyTooLarge } from '../../http/body-limit.ts';
import { MOST_FIELDS_IN_A_FORM } from '../../http/form.ts';
import { formOf } from '../../http/form-body.ts';
import { formObject } from './form-metadata.ts';

const isMultipart = (type: string | undefined): boolean => /^multipart\/form-data\b/i.test(type ?? '');
const isUrlencoded = (type: string | undefined): boolean => /^application\/x-www-form-urlencoded\b/i.test(type ?? '');

/**
 * Reads a body that is a form of either kind, as the object that JSON would have been; undefined for any other body.
 * A URL-encoded form has the bounds that bodies of the other kinds have: the bytes of JSON, the fields of a multipart form.
 */
export const formFields = async (event: APIGatewayProxyEventV2): Promise<Record<string, unknown> | undefined> => {
  const type = event.headers['content-type'];
  if (isUrlencoded(type)) return objectOf(urlencodedPairs(event));
  if (!isMultipart(type)) return undefined;
  const pairs: [string, string][] = [];
  for await (const part of formOf(event)) {
    if (part.kind === 'file') throw new MediaError('UNKNOWN_FIELD', `The field ${part.name} takes no file here`);
    pairs.push([part.name, part.value]);
  }
  return objectOf(pairs);
};

/** Both bounds are checked before parsing. */
const urlencodedPairs = (event: APIGatewayProxyEventV2): URLSearchParams => {
  const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  if (text.length > BODY_LIMIT) throw bodyTooLarge(BODY_LIMIT);
  if (text.split('&', MOST_FIELDS_IN_A_FORM + 1).length > MOST_FIELDS_IN_A_FORM) {
    throw new MediaError('VALIDATION', `A form has at most ${MOST_FIELDS_IN_A_FORM} fields`);
  }
  return new URLSearchParams(text);
};

/** Forms cannot send null; an empty field means null. */
const objectOf = (pairs: Iterable<[string, string]>): Record<string, unknown> => {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return Object.fromEntries(
    Object.entries(formObject(fields)).map(([name, value]) => [name, value === '' ? null : value]),
  );
};
