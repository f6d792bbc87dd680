import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { formObject } from '../dialects/common/form-words.ts';
import { MediaError } from '../domain/errors.ts';
import { formOf } from './form-body.ts';

const isMultipart = (type: string | undefined): boolean => /^multipart\/form-data\b/i.test(type ?? '');
const isUrlencoded = (type: string | undefined): boolean => /^application\/x-www-form-urlencoded\b/i.test(type ?? '');

/** Reads a body that is a form of either kind, as the object that JSON would have been; undefined for any other body. */
export const formFields = async (event: APIGatewayProxyEventV2): Promise<Record<string, unknown> | undefined> => {
  const type = event.headers['content-type'];
  if (isUrlencoded(type)) {
    const text = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
    return objectOf(new URLSearchParams(text));
  }
  if (!isMultipart(type)) return undefined;
  const pairs: [string, string][] = [];
  for await (const part of formOf(event)) {
    if (part.kind === 'file') throw new MediaError('UNKNOWN_FIELD', `The field ${part.name} takes no file here`);
    pairs.push([part.name, part.value]);
  }
  return objectOf(pairs);
};

/** In a form there is no `null`: what was emptied is. */
const objectOf = (pairs: Iterable<[string, string]>): Record<string, unknown> => {
  const fields = new Map<string, string[]>();
  for (const [name, value] of pairs) fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(
    Object.entries(formObject(fields)).map(([name, value]) => [name, value === '' ? null : value]),
  );
};
