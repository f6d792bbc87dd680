import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { adminListMedia } from '../../../functions/dialects/admin/media.ts';
import { baseListAll, baseListItems } from '../../../functions/dialects/base/items.ts';
import { dialects } from '../../../functions/dialects/dialects.ts';
import { filesBulkDelete, filesListFiles } from '../../../functions/dialects/files/files.ts';
import { routes } from '../../../functions/dialects/route-table.ts';
import { tokensListMedia } from '../../../functions/dialects/tokens/media.ts';
import { v1CheckDuplicates } from '../../../functions/dialects/v1/duplicates.ts';
import { v1ListMedia } from '../../../functions/dialects/v1/media.ts';
import { v1ReadEvents } from '../../../functions/dialects/v1/realtime.ts';
import { v1ListTrash } from '../../../functions/dialects/v1/trash.ts';
import { v1UploadMedia } from '../../../functions/dialects/v1/upload-media.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { rateLimiter } from '../../../functions/http/rate-limit.ts';
import type { Route } from '../../../functions/http/route.ts';
import { serve } from '../../../functions/http/serve.ts';
import { httpEvent } from '../../support/drivers/http-event.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

beforeEach(() => {
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
});

/** A function behind this route that answers `output`, for callers with a limit; `left` is what its answers say is left. */
const served = (route: unknown, output: unknown, { perMinute = 1000, guest = false, meanwhile = 0 } = {}) => {
  const taken = new Map<string, number>();
  const take = async (subject: string, _window: number, calls: number) => {
    taken.set(subject, (taken.get(subject) ?? 0) + calls);
    return taken.get(subject);
  };
  const principal: Principal = aPrincipal({ guest });
  const done: unknown[] = [];
  const each = route as Route<unknown, unknown>;
  const handler = serve(
    async ({ input }: { input: unknown }) => {
      done.push(input);
      for (const [subject, calls] of taken) taken.set(subject, calls + meanwhile);
      return output;
    },
    [each],
    {
      limit: rateLimiter({ perMinute, anonymousPerMinute: perMinute }, take, () => new Date(0)),
      dialects,
      idempotency: {} as never,
      publicUrl: 'https://api.example',
      settings: { allowedOrigins: [], uploadsEnabled: true },
      authenticate: async () => principal,
    },
  );
  const call = async (body?: unknown, query: Record<string, string> = {}) => {
    const event = httpEvent({
      routeKey: `${each.method} ${each.path}`,
      cookies: each.dialect === 'admin' ? ['refreshToken=x'] : [],
      headers: { authorization: 'Bearer x', 'content-type': 'application/json' },
      query,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { statusCode, headers } = (await handler(event as never, {} as never)) as {
      statusCode: number;
      headers: Record<string, string>;
    };
    return { status: statusCode, left: Number(headers['ratelimit-remaining']) };
  };
  return { call, done, taken: () => Math.max(...taken.values()) };
};

const files = (count: number) => ({
  files: Array.from({ length: count }, (_, index) => ({ filename: `${index}.jpg`, fileSize: 1 })),
});
const ids = (count: number) => ({ file_ids: Array.from({ length: count }, (_, index) => `m${index}`) });
const rows = (count: number) => ({
  items: Array.from({ length: count }, (_, index) => ({ ...aRecord(), alias: index + 1, tags: [] })),
  total: count,
  offset: 0,
  limit: count,
});

describe('a call that asks for much', () => {
  it.each([
    ['one file', v1CheckDuplicates, files(1), 1],
    ['twenty files', v1CheckDuplicates, files(20), 1],
    ['500 files', v1CheckDuplicates, files(500), 25],
    ['100 records to delete', filesBulkDelete, ids(100), 20],
  ])('counts as what it costs: %s', async (_, route, body, calls) => {
    for (const guest of [false, true]) {
      const output = route === filesBulkDelete ? { deleted: [] } : [];
      expect(await served(route, output, { guest }).call(body)).toMatchObject({ left: 1000 - calls });
    }
  });

  const [tag, word] = [{ tagIds: 'a' }, { search: 'a' }];
  it.each([
    ['the trash', v1ListTrash, { offset: '20000' }, 20],
    ['the trash, far beyond its end', v1ListTrash, { offset: '1000000000' }, 100],
    ['a tag', v1ListMedia, { ...tag, offset: '20000' }, 20],
    ['tags by their names', v1ListMedia, { tagSlugs: 'a,b', offset: '20000' }, 20],
    ['a search', v1ListMedia, { ...word, offset: '10000' }, 10],
    ['a search by pages', baseListItems, { ...word, limit: '100', page: '101' }, 10],
    ['a search of names', tokensListMedia, { ...word, page_size: '100', page: '101' }, 10],
    ['a search of the admin page', adminListMedia, { ...word, offset: '10000' }, 10],
    ['a near page of a tag', v1ListMedia, { ...tag, offset: '1000' }, 1],
    ['the library, where stored counts lead', v1ListMedia, { offset: '20000' }, 1],
    ['the files, where stored counts lead', filesListFiles, { offset: '20000' }, 1],
  ])('counts the entries that its offset skips: %s', async (_, route, query, calls) => {
    expect(await served(route, rows(0)).call(undefined, query)).toEqual({ status: 200, left: 1000 - calls });
  });

  it('is refused before it is done where the minute has no room for it', async () => {
    const { call, done } = served(v1CheckDuplicates, [], { perMinute: 60 });
    const answers = [await call(files(500)), await call(files(500)), await call(files(500))];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(done).toHaveLength(2);
  });

  it('can be made once in a minute where the limit is lower than what it costs', async () => {
    const { call } = served(v1CheckDuplicates, [], { perMinute: 10 });
    expect(await call(files(500))).toEqual({ status: 200, left: 0 });
    expect((await call(files(1))).status).toBe(429);
  });

  it('is known by its body: each route that takes a long list says what it costs', () => {
    const longest = (schema: unknown): number => {
      if (typeof schema !== 'object' || schema === null) return 0;
      const own = 'maxItems' in schema ? Number(schema.maxItems) : 0;
      return Math.max(own, ...Object.values(schema).map(longest));
    };
    const long = (routes as readonly unknown[] as readonly Route<unknown, unknown>[]).filter(
      ({ body }) => body && longest(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' })) >= 100,
    );
    // Signing 500 parts is arithmetic, and asks nothing of S3 or the table.
    const cheap = ['POST /api/v1/uploads/{id}/parts'];
    const unsaid = long.filter(({ cost }) => !cost).map(({ method, path }) => `${method} ${path}`);
    expect(long.length).toBeGreaterThan(3);
    expect(unsaid).toEqual(cheap);
  });
});

describe('a call that is answered much', () => {
  it.each([
    ['a page', adminListMedia, rows(100), 1],
    ['10,000 rows', adminListMedia, rows(10_000), 100],
    ['500 events', v1ReadEvents, { events: Array(500).fill({ seq: 1 }) }, 5],
    ['events of 2 MB', v1ReadEvents, { events: Array(10).fill({ data: 'x'.repeat(200 * 1024) }) }, 8],
    ['all items', baseListAll, rows(2_001), 21],
    ['a search that read 40,000 entries', v1ListMedia, { ...rows(0), read: 40_000 }, 16],
    ['a search by pages that did', baseListItems, { ...rows(0), limit: 10, read: 40_000 }, 16],
    ['a search of names that did', tokensListMedia, { ...rows(0), limit: 10, read: 40_000 }, 16],
    ['a search of the admin page that did', adminListMedia, { ...rows(0), read: 40_000 }, 16],
    ['a search whose offset counted before', v1ListMedia, { ...rows(0), offset: 10_000, read: 12_500 }, 1],
    ['files of a form', v1UploadMedia, [aRecord(), aRecord(), aRecord()].map((record) => ({ ...record, tags: [] })), 3],
  ])('counts as several calls, by the size of its answer: %s', async (_, route, output, calls) => {
    const { call } = served(route, output);
    expect((await call()).left).toBe(1000 - calls);
  });

  it('is answered though other calls took the rest of the minute while it ran', async () => {
    const { call, taken } = served(adminListMedia, rows(10_000), { perMinute: 20, meanwhile: 20 });
    expect(await call()).toEqual({ status: 200, left: 0 });
    expect(taken()).toBeGreaterThan(20);
  });

  it('takes what the minute has left, and is not refused', async () => {
    const { call } = served(adminListMedia, rows(10_000), { perMinute: 20 });
    expect(await call()).toEqual({ status: 200, left: 0 });
    expect((await call()).status).toBe(429);
  });
});
