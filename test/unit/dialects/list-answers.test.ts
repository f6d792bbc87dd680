import { describe, expect, it } from '@jest/globals';
import { adminListMedia } from '../../../functions/dialects/admin/media.ts';
import { baseListAll, baseListItems } from '../../../functions/dialects/base/items.ts';
import { filesListFiles } from '../../../functions/dialects/files/files.ts';
import { routes } from '../../../functions/dialects/route-table.ts';
import { tokensListMedia } from '../../../functions/dialects/tokens/media.ts';
import { v1ListMedia } from '../../../functions/dialects/v1/media.ts';
import { v1GetMediaTags, v1ListTags } from '../../../functions/dialects/v1/tags.ts';
import { v1ListTrash } from '../../../functions/dialects/v1/trash.ts';
import { v1UploadMedia } from '../../../functions/dialects/v1/upload-media.ts';
import { RENDITION_NAMES, type ShownMedia, WARNINGS } from '../../../functions/domain/media.ts';
import { FILE_NAME_LENGTH } from '../../../functions/domain/names.ts';
import type { ListQuery } from '../../../functions/domain/ports.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { byName, RECORD_TEXTS, TEXT_NAMES } from '../../../functions/domain/record-fields.ts';
import { MOST_TAGS_OF_RECORD, MOST_TAGS_OF_TEAM, TAG_NAME_LENGTH, type Tag } from '../../../functions/domain/tag.ts';
import { type ListedMedia, type ListMedia, listMedia } from '../../../functions/media/list-media.ts';

/** What Lambda takes of an answer. */
const LARGEST_ANSWER = 6 * 1024 * 1024;
const publicUrl = 'https://api.example';
const AT = '2026-01-01T00:00:00.000Z';

/** The character that travels longest for its length: a backslash and a quote in the body, which are four bytes around it. */
const quotes = (length: number): string => '"'.repeat(length);

const tag = (index: number): Tag => ({
  id: `${index}`.padStart(36, '0'),
  teamId: 'team',
  slug: '雪'.repeat(TAG_NAME_LENGTH),
  name: quotes(TAG_NAME_LENGTH),
  description: quotes(1000),
  icon: quotes(100),
  color: '#3b82f6',
  order: -1_000_000,
  isActive: false,
  createdAt: AT,
  updatedAt: AT,
});

const tags = Array.from({ length: MOST_TAGS_OF_RECORD }, (_, index) => tag(index));

/** A record of which each part is as long as the API accepts it. */
const largest = (index: number): ShownMedia & { alias: number } => ({
  id: `${index}`.padStart(36, '0'),
  alias: 1e15 + index,
  teamId: 't'.repeat(36),
  userId: 'u'.repeat(36),
  state: 'active',
  kind: 'document',
  filename: quotes(FILE_NAME_LENGTH),
  fileSize: Number.MAX_SAFE_INTEGER,
  mimeType: 'm'.repeat(255),
  externalUrl: `https://a.example/${quotes(2030)}`,
  fileVersion: null,
  width: 1_000_000,
  height: 1_000_000,
  duration: 1e6 / 7,
  orientation: 8,
  frames: 10_000,
  pages: 10_000,
  visibility: 'private',
  warnings: WARNINGS,
  checksum: 'c'.repeat(44),
  thumbhash: 'h'.repeat(40),
  dominantColor: '#3b82f6',
  focalX: 1 / 7,
  focalY: 1 / 7,
  renditions: byName(RENDITION_NAMES as never, () => ({ width: 10_000, height: 10_000 })) as ShownMedia['renditions'],
  tagIds: tags.map(({ id }) => id),
  tags: tags.map(({ id, slug, name }) => ({ id, slug, name })),
  version: 1_000_000,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: AT,
  ...byName(TEXT_NAMES, (name) => quotes(RECORD_TEXTS[name].longest)),
});

const team = { id: 'team', teamId: 'team', role: 'viewer', scopes: new Set(['media:read']) };
const principal = { userId: 'u', teamId: 'team', scopes: team.scopes, teams: [team] } as unknown as Principal;

/** The use case over a library of so many of the largest records; a cursor is the number of the record before. */
const listOf = (records: number) =>
  listMedia({
    media: {
      list: async ({ limit, offset, after }: ListQuery) => {
        const from = after === undefined ? offset : Number(after);
        const end = Math.min(records, from + limit);
        const items = Array.from({ length: end - from }, (_, index) => largest(from + index));
        return { items, total: records, next: end < records ? `${end}` : null };
      },
    } as never,
    tags: { get: async () => [], bySlug: async () => [] },
    search: async () => ({ items: [], total: 0, totalIsExact: true, next: null, read: 0 }),
    show: async (items) => items as readonly ShownMedia[],
    cursors: { seal: async (after) => after, open: async (cursor) => cursor },
  });

/** The bytes of an answer as Lambda counts them: its body is a string in its JSON. */
const bytesOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(JSON.stringify(body)));

const inputOf = <Input>(route: { input: (parts: never) => Input }, query: Record<string, unknown>): Input =>
  route.input({ query, path: {}, body: undefined, publicUrl } as never);

const OF_RECORDS = [v1ListMedia, tokensListMedia, filesListFiles, baseListItems, baseListAll, adminListMedia] as const;
const BESIDE = [v1ListTrash, v1ListTags, v1GetMediaTags] as const;

describe('the answer to a form of the largest records', () => {
  it('has all addresses, and as many records as it carries', () => {
    const stored = Array.from({ length: 100 }, (_, index) => largest(index));
    const { body } = v1UploadMedia.reply(stored, { publicUrl });
    const { urls, media, count } = (body as { data: Record<'urls' | 'media', unknown[]> & { count: number } }).data;
    expect([urls.length, count, media.length > 0]).toEqual([100, 100, true]);
    expect(bytesOf(body)).toBeLessThan(LARGEST_ANSWER);
  });
});

describe('a list of the largest records that the API accepts', () => {
  it('is one that is measured here, whichever route answers records or tags', () => {
    const listing = routes.filter(
      ({ method, operation, path }) =>
        method === 'GET' &&
        (['list-media', 'list-trash', 'manage-tags'].includes(operation) ||
          (operation === 'tag-media' && path.endsWith('/tags'))),
    );
    expect(new Set<unknown>(listing)).toEqual(new Set<unknown>([...OF_RECORDS, ...BESIDE]));
  });

  it.each(OF_RECORDS.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is carried by the answer to %s',
    async (_, route) => {
      const query = { limit: 100, page: 1, page_size: 100, offset: 0, sort: '-created_at', type: undefined };
      const input = { ...inputOf<ListMedia>(route, query), kind: undefined };
      const listed = await listOf(150)({ input, principal } as never);
      const { body } = route.reply(listed as never, { publicUrl });
      expect(bytesOf(body)).toBeLessThan(LARGEST_ANSWER);
    },
  );

  it('is gone through to its end by nextCursor, each record once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 100, offset: 0, type: 'all', orderBy: 'createdAt', orderDir: 'desc', cursor };
      const listed = await listOf(150)({ input: inputOf(v1ListMedia, query), principal } as never);
      const { body } = v1ListMedia.reply(listed, { publicUrl }) as { body: unknown };
      const { data, nextCursor } = (body as { data: { data: { id: string }[]; nextCursor?: string } }).data;
      expect(data.length).toBeGreaterThan(0);
      seen.push(...data.map(({ id }) => id));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 150 }, (_, index) => largest(index).id));
  });

  it('is cut where the answer of the trash is full, and goes on from there by offset', () => {
    const items = Array.from({ length: 100 }, (_, index) => largest(index));
    const answered = (from: number) => {
      const listed: ListedMedia = { items: items.slice(from), total: 100, limit: 100, offset: from };
      const { body } = v1ListTrash.reply(listed, { publicUrl }) as { body: unknown };
      expect(bytesOf(body)).toBeLessThan(LARGEST_ANSWER);
      return (body as { data: { data: { id: string }[]; total: number } }).data;
    };
    const first = answered(0);
    expect([first.data.length > 0, first.data.length < 100, first.total]).toEqual([true, true, 100]);
    const rest = answered(first.data.length);
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(items.map(({ id }) => id));
  });

  it('has the tags of a whole team', () => {
    const all = Array.from({ length: MOST_TAGS_OF_TEAM }, (_, index) => tag(index));
    for (const route of [v1ListTags, v1GetMediaTags]) {
      const { body } = route.reply(all, { publicUrl }) as { body: { data: readonly Tag[] } };
      expect(body.data).toHaveLength(MOST_TAGS_OF_TEAM);
      expect(bytesOf(body)).toBeLessThan(LARGEST_ANSWER);
    }
  });

  it('has as many tags of several teams as it carries', () => {
    const all = Array.from({ length: 3 * MOST_TAGS_OF_TEAM }, (_, index) => tag(index));
    const { body } = v1ListTags.reply(all, { publicUrl }) as { body: { data: readonly Tag[] } };
    expect(body.data.length).toBeGreaterThan(MOST_TAGS_OF_TEAM);
    expect(bytesOf(body)).toBeLessThan(LARGEST_ANSWER);
  });
});
