import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import { dialects } from '../../../functions/dialects/dialects.ts';
import {
  v1CreateMedia,
  v1DeleteMedia,
  v1GetMedia,
  v1ListMedia,
  v1UpdateMedia,
} from '../../../functions/dialects/v1/media.ts';
import { v1PurgeMedia, v1RestoreMedia } from '../../../functions/dialects/v1/trash.ts';
import { v1UploadMedia } from '../../../functions/dialects/v1/upload-media.ts';
import { v1GetUsage } from '../../../functions/dialects/v1/usage.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import { SCOPES } from '../../../functions/domain/scopes.ts';
import { examineFile, examineStored } from '../../../functions/files/checks/examine-file.ts';
import { noScanner } from '../../../functions/files/malware/scanner.ts';
import { dynamoIdempotency } from '../../../functions/http/idempotency-store.ts';
import { dynamoRateCounter } from '../../../functions/http/rate-counter.ts';
import { rateLimiter } from '../../../functions/http/rate-limit.ts';
import { bindRoute, serveAll } from '../../../functions/http/serve.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoObjects } from '../../../functions/library/object-store.ts';
import { retag } from '../../../functions/library/retag.ts';
import { dynamoTags, showTags } from '../../../functions/library/tag-store.ts';
import { readTotals } from '../../../functions/library/totals.ts';
import { dynamoVersions } from '../../../functions/library/version-store.ts';
import { dynamoDue } from '../../../functions/lifecycle/due-store.ts';
import { purgeMedia } from '../../../functions/lifecycle/purge-media.ts';
import { restoreMedia } from '../../../functions/lifecycle/restore-media.ts';
import { createMedia } from '../../../functions/media/create-media.ts';
import { deleteMedia } from '../../../functions/media/delete-media.ts';
import { fillTags } from '../../../functions/media/fill-texts.ts';
import { getMedia } from '../../../functions/media/get-media.ts';
import { listMedia } from '../../../functions/media/list-media.ts';
import { signedCursors } from '../../../functions/media/page-cursors.ts';
import { updateMedia } from '../../../functions/media/update-media.ts';
import { searchMedia } from '../../../functions/search/search-media.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { openTable, type Table } from '../../../functions/table/table.ts';
import { nameTags } from '../../../functions/tags/name-tags.ts';
import { withTagNames } from '../../../functions/tags/with-tag-names.ts';
import { inFormPlace } from '../../../functions/uploads/form-places.ts';
import { uploadFiles } from '../../../functions/uploads/upload-files.ts';
import { dynamoUploads } from '../../../functions/uploads/upload-store.ts';
import { getUsage } from '../../../functions/usage/get-usage.ts';
import { functionSettings, parseSettings } from '../../../lib/settings/settings.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { httpEvent, type RequestParts } from '../../support/drivers/http-event.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { seeded, throttled } from '../../support/drivers/throttled.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const faults: string[] = [];
beforeEach(() => {
  faults.length = 0;
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  jest.spyOn(console, 'error').mockImplementation((line) => void faults.push(String(line)));
});

const settings = functionSettings(parseSettings({}));
const clock = () => new Date();
const newId = () => crypto.randomUUID();
const teamId = crypto.randomUUID();
const principal: Principal = {
  userId: 'user',
  teamId,
  role: 'owner',
  scopes: new Set(SCOPES),
  teams: [{ teamId, role: 'owner' }],
  credential: { kind: 'api-key', id: 'key' },
};

/** The operations of the library as one function, on a table of one's own choice. */
const apiOn = (table: Table) => {
  const { files } = library;
  const media = dynamoMedia(table);
  const due = dynamoDue(table);
  const tags = dynamoTags(table);
  const show = showTags(table);
  const search = searchMedia(dynamoSearch(table));
  const cursors = signedCursors(async () => [signingKey('secret')]);
  const looking = { tags, show, search, cursors };
  const tagging = { nameTags: nameTags({ tags, newId, clock }), retag: retag(table) };
  const deps = {
    media,
    due,
    versions: dynamoVersions(table),
    objects: dynamoObjects(table),
    files,
    uploads: dynamoUploads(table),
    settings,
    clock,
    newId,
    examine: examineFile,
    inFormPlace: inFormPlace({ claims: dynamoClaims(table, clock), newId, pause: async () => {} }),
    examineStored: examineStored(files),
    fillTags: fillTags({ tags: dynamoTags(table), newId, clock }),
    scanner: noScanner,
    mayStillBring: async () => true,
    expectStill: async () => undefined,
    expectDisk: async () => undefined,
    committed: async (team: string) => (await readTotals(table, team)).committed,
    pause: async () => {},
    ...looking,
    ...tagging,
  };
  return serveAll(
    [
      bindRoute(listMedia(deps), v1ListMedia),
      bindRoute(withTagNames(show, getMedia(deps)), v1GetMedia),
      bindRoute(withTagNames(show, createMedia(deps)), v1CreateMedia),
      bindRoute(withTagNames(show, updateMedia(deps)), v1UpdateMedia),
      bindRoute(deleteMedia(deps), v1DeleteMedia),
      bindRoute(withTagNames(show, restoreMedia(deps)), v1RestoreMedia),
      bindRoute(purgeMedia(deps), v1PurgeMedia),
      bindRoute(uploadFiles(deps), v1UploadMedia),
      bindRoute(getUsage({ totals: (team) => readTotals(table, team), settings }), v1GetUsage),
    ],
    {
      publicUrl: 'https://api.example',
      settings,
      authenticate: async () => principal,
      limit: rateLimiter(settings.rateLimits, dynamoRateCounter(table), clock),
      dialects,
      idempotency: dynamoIdempotency(table, async () => [Buffer.alloc(32, 1)], clock),
    },
  );
};

type Api = ReturnType<typeof apiOn>;
const ask = async (api: Api, parts: RequestParts) => {
  const headers = { authorization: 'Bearer key', ...parts.headers };
  const answer = await api(httpEvent({ ...parts, headers }) as never, {} as never);
  return {
    status: answer.statusCode ?? 0,
    retryAfter: answer.headers?.['retry-after'],
    body: JSON.parse(String(answer.body)),
  };
};

const form = (text: string) =>
  `--b\r\ncontent-disposition: form-data; name="files"; filename="f.txt"\r\ncontent-type: text/plain\r\n\r\n${text}\r\n--b--\r\n`;
const external = { url: 'https://example.com/a.jpg', filename: 'a.jpg', fileSize: 7, mimeType: 'image/jpeg' };

/** What a call that succeeded has to have brought about, whatever was refused before it. */
type Expected = Map<string, 'active' | 'deleted' | 'purged'>;

const step = async (api: Api, known: string[], expected: Expected, random: () => number) => {
  const id = known[Math.floor(random() * known.length)] ?? 'none';
  const one = (routeKey: string, body?: unknown) => ask(api, { routeKey, path: { id }, body });
  const choice = Math.floor(random() * 8);
  if (choice === 0) return ask(api, { routeKey: 'GET /api/v1/media' });
  if (choice === 1) return ask(api, { routeKey: 'GET /api/v1/usage' });
  if (choice === 2) return one('PATCH /api/v1/media/{id}', { title: `title ${random()}` });
  if (choice === 3) return settle(await one('DELETE /api/v1/media/{id}'), () => expected.set(id, 'deleted'));
  if (choice === 4) return settle(await one('POST /api/v1/media/{id}/restore'), () => expected.set(id, 'active'));
  if (choice === 5) return settle(await one('DELETE /api/v1/trash/{id}'), () => expected.set(id, 'purged'));
  const headers: Record<string, string> = { 'idempotency-key': newId() };
  if (choice === 6) headers['content-type'] = 'multipart/form-data; boundary=b';
  const routeKey = choice === 6 ? 'POST /api/v1/media/upload' : 'POST /api/v1/media';
  const answer = await ask(api, { routeKey, headers, body: choice === 6 ? form(`text ${random()}`) : external });
  return settle(answer, ({ data }) => {
    const made: string = choice === 6 ? data.media[0].id : data.id;
    known.push(made);
    expected.set(made, 'active');
  });
};

type Settled = Awaited<ReturnType<typeof ask>>;
const settle = (answer: Settled, done: (body: Settled['body']) => void): Settled => {
  if (answer.status < 300) done(answer.body);
  return answer;
};

describe('a table that refuses 30 % of all calls', () => {
  it('makes calls succeed whole or end in 503 with Retry-After, and leaves nothing half done', async () => {
    const random = seeded(20_260_101);
    const faulty = throttled(library.dynamo, 0.3, random);
    const api = apiOn(openTable(library.table.name, faulty.client));
    const known: string[] = [];
    const expected: Expected = new Map();
    const statuses = new Map<number, number>();
    for (let call = 0; call < 400; call += 1) {
      const answer = await step(api, known, expected, random);
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      expect([200, 201, 404, 409, 503]).toContain(answer.status);
      if (answer.status === 503) expect(answer.retryAfter).toMatch(/^\d+$/);
    }
    // Six refusals in a row may cost the memory of an answer that was given; that alone is logged.
    expect(faults.filter((line) => !line.includes('idempotency of'))).toEqual([]);
    expect(faulty.refused()).toBeGreaterThan(200);
    expect(statuses.get(503)).toBeGreaterThan(20);
    expect((statuses.get(200) ?? 0) + (statuses.get(201) ?? 0)).toBeGreaterThan(100);

    // A purge that was refused half way is finished by the next call; the library is then whole.
    const healthy = apiOn(library.table);
    for (const id of known) {
      const record = await dynamoMedia(library.table).get(id);
      if (record?.state === 'purging') await ask(healthy, { routeKey: 'DELETE /api/v1/trash/{id}', path: { id } });
      else if (expected.get(id) === 'purged') expect(record).toBeUndefined();
    }
    expect(await checkLibrary(library.ops)).toEqual([]);
  });

  it('is not noticed by who asks again after each 503', async () => {
    const random = seeded(7);
    const api = apiOn(openTable(library.table.name, throttled(library.dynamo, 0.3, random).client));
    const until = async (parts: RequestParts): Promise<Settled> => {
      for (;;) {
        const answer = await ask(api, parts);
        if (answer.status !== 503) return answer;
      }
    };
    const before = (await until({ routeKey: 'GET /api/v1/usage' })).body.data;
    for (let call = 0; call < 10; call += 1) {
      const created = await until({
        routeKey: 'POST /api/v1/media',
        body: external,
        headers: { 'idempotency-key': newId() },
      });
      const path = { id: created.body.data.id as string };
      expect(created.status).toBe(201);
      expect((await until({ routeKey: 'DELETE /api/v1/media/{id}', path })).status).toBe(200);
      expect((await until({ routeKey: 'POST /api/v1/media/{id}/restore', path })).status).toBe(200);
      expect((await until({ routeKey: 'GET /api/v1/media/{id}', path })).body.data.status).toBe('active');
    }
    const after = (await until({ routeKey: 'GET /api/v1/usage' })).body.data;
    expect(after.counts.all).toBe(before.counts.all + 10);
    expect(await checkLibrary(library.ops)).toEqual([]);
  });
});
