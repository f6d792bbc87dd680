import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { v1Answers, v1Error } from '../../functions/dialects/v1/answers.ts';
import { DIALECT_NAMES } from '../../functions/http/dialect.ts';
import { browserName, openPage } from '../support/drivers/browser.ts';
import { type Answer, type Client, client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { photo } from '../support/fixtures/pictures.ts';

let runtime: Runtime;
let api: Client;
let anonymous: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
  anonymous = client(runtime.ready, {});
});
afterAll(() => runtime?.stop());

/** Holds an answer against the schema that the document has for its route. */
const fits = (route: string, { status, body }: Answer): void => {
  const expected = v1Answers[route];
  expect([route, status]).toEqual([route, expected?.status]);
  if (expected?.data) z.strictObject({ success: z.literal(true), data: expected.data }).parse(body);
};

describe('the document', () => {
  it('is served to anybody', async () => {
    const answer = await anonymous.call('GET', '/api/v1/openapi.json');
    expect([answer.status, answer.body.openapi]).toEqual([200, '3.1.0']);
    expect(answer.body.servers).toEqual([{ url: runtime.ready.http }]);
    fits('GET /api/v1/openapi.json', answer);
  });

  it('describes what uploads really answer', async () => {
    const announced = await api.announce({ name: 'a.jpg', type: 'image/jpeg', bytes: await photo(640, 480) });
    fits('POST /api/v1/uploads', announced);
    const { id } = announced.body.data;
    fits('GET /api/v1/uploads/{id}', await api.call('GET', `/api/v1/uploads/${id}`));
    fits('POST /api/v1/uploads/{id}/sign', await api.call('POST', `/api/v1/uploads/${id}/sign`));
    fits('DELETE /api/v1/uploads/{id}', await api.call('DELETE', `/api/v1/uploads/${id}`));
  });

  it('describes what media really answer', async () => {
    const { mediaId } = await api.upload({ name: 'b.jpg', type: 'image/jpeg', bytes: await photo(320, 240) });
    fits('GET /api/v1/media/{id}', await api.call('GET', `/api/v1/media/${mediaId}`));
    fits('PATCH /api/v1/media/{id}', await api.call('PATCH', `/api/v1/media/${mediaId}`, { json: { title: 'B' } }));
    fits('GET /api/v1/media', await api.call('GET', '/api/v1/media'));
    fits('GET /api/v1/media/{id}/content', await api.call('GET', `/api/v1/media/${mediaId}/content`));
    const json = { files: [{ filename: 'b.jpg', fileSize: (await photo(320, 240)).length }] };
    const duplicates = await api.call('POST', '/api/v1/media/check-duplicates', { json });
    expect(duplicates.body.data.duplicates).toHaveLength(1);
    fits('POST /api/v1/media/check-duplicates', duplicates);
  });

  it('describes what the trash really answers', async () => {
    const { mediaId } = await api.upload({ name: 'c.txt', type: 'text/plain', bytes: Buffer.from('c') });
    fits('GET /api/v1/usage', await api.call('GET', '/api/v1/usage'));
    fits('DELETE /api/v1/media/{id}', await api.call('DELETE', `/api/v1/media/${mediaId}`));
    fits('GET /api/v1/trash', await api.call('GET', '/api/v1/trash'));
    fits('POST /api/v1/media/{id}/restore', await api.call('POST', `/api/v1/media/${mediaId}/restore`));
    await api.call('DELETE', `/api/v1/media/${mediaId}`);
    fits('DELETE /api/v1/trash/{id}', await api.call('DELETE', `/api/v1/trash/${mediaId}`));
  });

  it('describes what changes of many records really answer, by ids at once and by a query in time', async () => {
    const names = ['bulk-one.txt', 'bulk-two.txt', 'bulk-three.txt'];
    const stored = await Promise.all(
      names.map((name) => api.upload({ name, type: 'text/plain', bytes: Buffer.from(name) })),
    );
    const ids = stored.map(({ mediaId }) => mediaId);
    const tag = (await api.call('POST', '/api/v1/media-tags', { json: { name: 'Bulk' } })).body.data;
    const key = { 'idempotency-key': crypto.randomUUID() };
    const byIds = { json: { ids: [...ids.slice(0, 2), 'missing'], tagId: tag.id }, headers: key };
    const first = await api.call('POST', '/api/v1/bulk/tag', byIds);
    fits('POST /api/v1/bulk/tag', first);
    expect(first.body.data).toMatchObject({ unchanged: [], failures: [{ id: 'missing', code: 'NOT_FOUND' }] });
    expect((await api.call('POST', '/api/v1/bulk/tag', byIds)).body).toEqual(first.body);

    const ended = async (route: string, answer: Answer) => {
      const { job } = answer.body.data;
      await eventually(async () => {
        const now = await api.call('GET', `/api/v1/bulk/jobs/${job.id}`);
        fits('GET /api/v1/bulk/jobs/{id}', now);
        expect([route, now.body.data.status]).toEqual([route, 'done']);
      }, 30_000);
      return (await api.call('GET', `/api/v1/bulk/jobs/${job.id}`)).body.data;
    };
    const query = { tagSlugs: [tag.slug] };
    for (const [route, json, changed] of [
      ['visibility', { query, visibility: 'private' }, 2],
      ['untag', { query, tagId: tag.id, except: [ids[0]] }, 1],
      ['delete', { query }, 1],
      ['restore', { query: {} }, 1],
    ] as const) {
      const answer = await api.call('POST', `/api/v1/bulk/${route}`, { json });
      expect(answer.status).toBe(202);
      fits(`POST /api/v1/bulk/${route}`, { ...answer, status: 200 });
      expect(await ended(route, answer)).toMatchObject({ changed, failed: 0 });
      if (route !== 'visibility') continue;
      const undo = await api.call('POST', `/api/v1/bulk/jobs/${answer.body.data.job.id}/undo`);
      fits('POST /api/v1/bulk/jobs/{id}/undo', undo);
      expect(await ended('undo', { ...undo, body: { data: { job: undo.body.data } } })).toMatchObject({ changed: 2 });
      fits('DELETE /api/v1/bulk/jobs/{id}', await api.call('DELETE', `/api/v1/bulk/jobs/${undo.body.data.id}`));
    }
    const record = (await api.call('GET', `/api/v1/media/${ids[0]}`)).body.data;
    expect([record.visibility, record.tags.length]).toEqual(['shared', 1]);
    const events = (await api.call('GET', '/api/v1/events?channel=media')).body.data.events;
    const told = events.filter(({ event }: { event: string }) => event === 'bulk.progressed');
    expect(told.at(-1).data).toMatchObject({ action: 'restore', status: 'done', changed: 1 });
    expect(JSON.stringify(told)).not.toContain('.txt');
  }, 120_000);

  it.each([
    {},
    { ids: [] },
    { ids: ['a'], query: {} },
    { ids: ['a'], except: ['b'] },
    { ids: Array.from({ length: 501 }, (_, index) => String(index)) },
    { query: {}, except: Array.from({ length: 1001 }, (_, index) => String(index)) },
    { query: { orderBy: 'filename' } },
  ])('refuses a change of many records that selects none or too many: %#', async (json) => {
    const answer = await api.call('POST', '/api/v1/bulk/delete', { json });
    expect([answer.status, answer.body.details.code]).toEqual([400, expect.stringMatching(/VALIDATION|UNKNOWN_FIELD/)]);
  });

  it('describes what a record elsewhere and accounts really answer', async () => {
    const external = { url: 'https://example.com/a.mp4', filename: 'a.mp4', fileSize: 5, mimeType: 'video/mp4' };
    fits('POST /api/v1/media', await api.call('POST', '/api/v1/media', { json: external }));
    fits('GET /api/v1/auth/me', await api.call('GET', '/api/v1/auth/me'));
    fits('POST /api/v1/realtime/tickets', await api.call('POST', '/api/v1/realtime/tickets', { json: {} }));
    const { email, password } = runtime.ready;
    fits('POST /api/v1/auth/login', await anonymous.call('POST', '/api/v1/auth/login', { json: { email, password } }));
  });

  it('describes errors as they are', async () => {
    for (const answer of [
      await anonymous.call('GET', '/api/v1/media'),
      await api.call('GET', '/api/v1/media?limit=1000'),
      await api.call('GET', '/api/v1/media/missing'),
      await api.call('POST', '/api/v1/media', { text: '{' }),
      await api.call('POST', '/api/v1/media', { json: { owner: 1 } }),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      v1Error.parse(answer.body);
    }
  });
});

describe('the viewer', () => {
  it('needs nothing from any other host, and its policy allows nothing else', async () => {
    const page = await fetch(`${runtime.ready.http}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.filter((file) => !file.includes('?'))).toEqual([
      '/docs/swagger-ui.css',
      '/docs/viewer.css',
      '/docs/swagger-ui-bundle.js',
      '/docs/start.js',
    ]);
    for (const file of files) {
      const answer = await fetch(`${runtime.ready.http}${file}`);
      expect([file, answer.status]).toEqual([file, 200]);
      expect((await answer.text()).length).toBeGreaterThan(50);
    }
  });

  it.each(DIALECT_NAMES)('has a link to the document of %s', async (dialect) => {
    const page = await (await fetch(`${runtime.ready.http}/docs`)).text();
    expect(page).toContain(`href="/docs?api=${dialect}"`);
    const answer = await anonymous.call('GET', `/docs/${dialect}.json`);
    expect([answer.status, answer.body.info.version]).toEqual([200, dialect]);
  });

  it('packs what is large for those who can unpack it', async () => {
    const url = `${runtime.ready.http}/docs/swagger-ui-bundle.js`;
    const packed = await fetch(url);
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
    expect(await packed.text()).toBe(await plain.text());
  });

  it.each(['index.mjs', '..%2findex.mjs', 'LICENSE', '__proto__'])('has no file %s', async (file) => {
    expect((await fetch(`${runtime.ready.http}/docs/${file}`)).status).toBe(404);
  });
});

const withBrowser = browserName ? describe : describe.skip;
withBrowser('the viewer in a browser (skipped where there is no Chromium)', () => {
  it('draws every route of an API, and asks one host alone', async () => {
    const page = await openPage(`${runtime.ready.http}/docs`);
    try {
      const seen = await page.run<{ routes: string[]; hosts: string[] }>(`(async () => {
        for (let round = 0; round < 300 && !document.querySelector('.opblock'); round += 1)
          await new Promise((next) => setTimeout(next, 50));
        const text = (block, name) => block.querySelector('.opblock-summary-' + name).textContent.replaceAll('\u200b', '');
        const routes = [...document.querySelectorAll('.opblock')].map((block) => text(block, 'method') + ' ' + text(block, 'path'));
        const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
        return { routes, hosts: [...new Set(loaded.filter(({ protocol }) => protocol !== 'data:').map(({ host }) => host))] };
      })()`);
      const { paths } = (await anonymous.call('GET', '/api/v1/openapi.json')).body;
      const known = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(seen.routes.toSorted()).toEqual(known.toSorted());
      expect(seen.hosts).toEqual([new URL(runtime.ready.http).host]);
    } finally {
      await page.close();
    }
  }, 60_000);
});
