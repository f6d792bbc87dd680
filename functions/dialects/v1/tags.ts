import * as z from 'zod/mini';
import { isPlainText } from '../../domain/names.ts';
import { MOST_TAGS_OF_RECORD, MOST_TAGS_OF_TEAM, type Tag } from '../../domain/tag.ts';
import { callsOf } from '../../http/cost.ts';
import { fittingRows } from '../../http/fitting-rows.ts';
import { route } from '../../http/route.ts';
import type { ChangeMediaTags } from '../../tags/change-media-tags.ts';
import type { CreateTag, ToldTag } from '../../tags/create-tag.ts';
import type { UpdateTag } from '../../tags/update-tag.ts';
import { tagName } from '../common/tag-name.ts';
import { envelope } from './media-view.ts';

const text = (longest: number) =>
  z.optional(
    z.nullable(z.string().check(z.maxLength(longest), z.refine(isPlainText, 'Control characters are not allowed'))),
  );

/** The optional fields of a tag. */
const looks = {
  description: text(1000),
  icon: text(100),
  color: z.optional(z.nullable(z.string().check(z.regex(/^#[0-9a-f]{6}$/i, 'Expected a colour such as #3b82f6')))),
  order: z.optional(z.number().check(z.int(), z.gte(-1_000_000), z.lte(1_000_000))),
  isActive: z.optional(z.boolean()),
} as const;

const tagId = z.string().check(z.minLength(1), z.maxLength(64));

/** A tag as v1 shows it. */
const tagView = ({ id, slug, name, description, icon, color, order, isActive, createdAt, updatedAt }: Tag) => ({
  id,
  type: 'media_tag' as const,
  slug,
  name,
  description,
  icon,
  color,
  order,
  isActive,
  createdAt,
  updatedAt,
});

const newTagView = ({ id, slug, name, color, icon, order, isActive }: Tag) => ({
  id,
  slug,
  name,
  color,
  icon,
  order,
  isActive,
});

/** The longest tags of one team fit into it, and into the answer. */
const MOST_BYTES_OF_TAGS = 6_000_000;

const listOf = (status: 200 | 201) => (tags: readonly Tag[]) => ({ status, body: envelope(tags.map(tagView)) });

const id = ({ path }: { path: Readonly<Record<string, string>> }) => ({ id: path.id ?? '' });

export const v1ListTags = route({
  method: 'GET',
  path: '/api/v1/media-tags',
  summary: 'List the tags of the team',
  dialect: 'v1',
  operation: 'manage-tags',
  access: 'media:read',
  failure: 'Failed to list tags',
  // Each team has a thousand tags at most, whose texts may be long: those of many teams can be more than one answer carries.
  costOfAnswer: (tags: readonly Tag[]) => callsOf(tags.length, MOST_TAGS_OF_TEAM),
  input: () => undefined,
  reply: (tags: readonly Tag[]) => ({ status: 200, body: envelope(fittingRows(tags, tagView, 0, MOST_BYTES_OF_TAGS)) }),
});

export const v1CreateTag = route({
  method: 'POST',
  path: '/api/v1/media-tags',
  summary: 'Create a tag',
  dialect: 'v1',
  operation: 'manage-tags',
  access: 'media:create',
  failure: 'Failed to create tag',
  idempotent: true,
  body: z.strictObject({ name: tagName, ...looks }),
  input: ({ body }): CreateTag => body as CreateTag,
  reply: (tag: ToldTag) => ({ status: 201, body: envelope('name' in tag ? newTagView(tag) : { id: tag.id }) }),
});

export const v1UpdateTag = route({
  method: 'PATCH',
  path: '/api/v1/media-tags/{id}',
  summary: 'Change a tag',
  dialect: 'v1',
  operation: 'manage-tags',
  access: 'media:update',
  scopeIn: 'found',
  subject: 'Tag',
  readsBack: true,
  failure: 'Failed to update tag',
  body: z.strictObject({ name: z.optional(tagName), ...looks }),
  input: ({ path, body }): UpdateTag => ({ id: path.id ?? '', edit: body as UpdateTag['edit'] }),
  reply: (tag: Tag) => ({ status: 200, body: envelope(tagView(tag)) }),
});

export const v1DeleteTag = route({
  method: 'DELETE',
  path: '/api/v1/media-tags/{id}',
  summary: 'Delete a tag and remove it from all records',
  dialect: 'v1',
  operation: 'manage-tags',
  access: 'media:delete',
  scopeIn: 'found',
  subject: 'Tag',
  failure: 'Failed to delete tag',
  input: id,
  reply: () => ({ status: 200, body: envelope({ message: 'Tag deleted successfully' }) }),
});

const MEDIA_TAGS = '/api/v1/media/{id}/tags';

export const v1GetMediaTags = route({
  method: 'GET',
  path: MEDIA_TAGS,
  summary: 'List the tags of a record',
  dialect: 'v1',
  operation: 'tag-media',
  access: 'media:read',
  scopeIn: 'found',
  failure: 'Failed to get media tags',
  input: id,
  reply: listOf(200),
});

export const v1AddMediaTag = route({
  method: 'POST',
  path: MEDIA_TAGS,
  summary: 'Add a tag to a record',
  dialect: 'v1',
  operation: 'tag-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to add tag to media',
  body: z.strictObject({ tagId }),
  input: ({ path, body }): ChangeMediaTags => ({ id: path.id ?? '', change: { add: body.tagId } }),
  reply: listOf(201),
});

export const v1ReplaceMediaTags = route({
  method: 'PUT',
  path: MEDIA_TAGS,
  summary: 'Replace the tags of a record',
  dialect: 'v1',
  operation: 'tag-media',
  access: 'media:update',
  scopeIn: 'found',
  readsBack: true,
  failure: 'Failed to replace tags of media',
  body: z.strictObject({ tagIds: z.array(tagId).check(z.maxLength(MOST_TAGS_OF_RECORD)) }),
  input: ({ path, body }): ChangeMediaTags => ({ id: path.id ?? '', change: { replace: body.tagIds } }),
  reply: listOf(200),
});

export const v1RemoveMediaTag = route({
  method: 'DELETE',
  path: MEDIA_TAGS,
  summary: 'Remove a tag from a record',
  dialect: 'v1',
  operation: 'tag-media',
  access: 'media:delete',
  scopeIn: 'found',
  failure: 'Failed to remove tag from media',
  query: z.strictObject({ tagId }),
  input: ({ path, query }): ChangeMediaTags => ({ id: path.id ?? '', change: { remove: query.tagId } }),
  reply: (_: readonly Tag[]) => ({ status: 200, body: envelope({ success: true }) }),
});
