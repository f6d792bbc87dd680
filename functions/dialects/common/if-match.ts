import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MediaError } from '../../domain/errors.ts';
import type { MediaRecord } from '../../domain/media.ts';

/** More entity tags than a client can have read of one record; DynamoDB compares a value with a hundred at most. */
const MOST_TAGS = 50;
/** Entity tags by commas (RFC 9110, 8.8.3). A weak one is well formed, and matches nothing (13.1.1). */
const ENTITY_TAGS = /^(?:W\/)?"[\x21\x23-\x7e]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e]*")*$/;
const VERSION = /^"([1-9]\d{0,14})"$/;

/** The entity tag of a record: its version, which each change counts. */
export const entityTag = ({ version }: Pick<MediaRecord, 'version'>): string => `"${version}"`;

/**
 * The versions that `If-Match` names; undefined without the header, and for `*`, which every record has. Throws `VALIDATION` for
 * what is no list of entity tags: a condition that cannot be read must not be left out.
 */
export const versionsMatched = ({
  headers,
}: Pick<APIGatewayProxyEventV2, 'headers'>): readonly number[] | undefined => {
  const text = headers['if-match']?.trim();
  if (text === undefined || text === '*') return undefined;
  const tags = ENTITY_TAGS.test(text) ? text.split(',').map((tag) => tag.trim()) : [];
  if (tags.length === 0 || tags.length > MOST_TAGS) {
    throw new MediaError('VALIDATION', `If-Match must be * or at most ${MOST_TAGS} entity tags`);
  }
  return tags.flatMap((tag) => (VERSION.test(tag) ? [Number(tag.slice(1, -1))] : []));
};
