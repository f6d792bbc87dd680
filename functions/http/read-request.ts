import * as z from 'zod/mini';
import { MediaError, notFound } from '../domain/errors.ts';
import type { ApiContext } from './api-context.ts';
import { BODY_LIMIT, bodyTooLarge } from './body-limit.ts';
import { announcedBytes, type FormEvent } from './form-event.ts';
import type { Route } from './route.ts';
import { parse } from './validation.ts';

const ID = /^[\w-]{1,64}$/;

/**
 * Reads a body that waits for its caller to be admitted; every other event has it already. One that says it has more than
 * the route takes is refused unread.
 */
export const readBody = async (
  event: FormEvent,
  { body, bodyLimit = BODY_LIMIT }: Pick<Route<unknown, unknown>, 'body' | 'bodyLimit'>,
): Promise<void> => {
  if (!event.whole) return;
  if (body && (announcedBytes(event.headers) ?? 0) > bodyLimit) throw bodyTooLarge(bodyLimit);
  event.body = (await event.whole()).toString('base64');
  event.isBase64Encoded = true;
};

/** A route without documented parameters refuses all; otherwise a misspelt parameter would be silently ignored. */
const NO_QUERY = z.strictObject({});

/** The parts of a request that a route takes, parsed by its schemas. */
export const partsOf = async (
  event: FormEvent,
  route: Route<unknown, unknown>,
  { dialects, publicUrl, renditionAddress }: Pick<ApiContext, 'dialects' | 'publicUrl' | 'renditionAddress'>,
) => {
  const { query, body, form, subject, anyQuery, bodyLimit = BODY_LIMIT } = route;
  const path = event.pathParameters ?? {};
  if (path.id !== undefined && !ID.test(path.id)) throw dialects[route.dialect].invalidId?.() ?? notFound(subject);
  return {
    event,
    publicUrl,
    renditionAddress,
    path,
    query: parse(query ?? NO_QUERY, anyQuery ? {} : (event.queryStringParameters ?? {}), 'Invalid query parameters'),
    body: body && parse(body, (await form?.(event)) ?? jsonBody(event, bodyLimit), 'Invalid request body'),
  };
};

/** JSON can spell half of a surrogate pair, which is no text that any store takes. */
const HALF_A_CHARACTER = /\\ud[89a-f]/i;
const refuseHalfCharacters = (key: string, value: unknown): unknown => {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw new SyntaxError('lone surrogate');
  return value;
};

const jsonBody = (event: FormEvent, most: number): unknown => {
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (text.length > most) throw bodyTooLarge(most);
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text, HALF_A_CHARACTER.test(text) ? refuseHalfCharacters : undefined);
  } catch (cause) {
    throw new MediaError('INVALID_JSON', 'The request body is not valid JSON', { cause });
  }
};
