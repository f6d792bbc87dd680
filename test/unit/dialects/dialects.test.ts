import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { adminAddMedia } from '../../../functions/dialects/admin/add-media.ts';
import { adminDeleteMedia, adminEditMedia, adminListMedia } from '../../../functions/dialects/admin/media.ts';
import { baseUploadItem } from '../../../functions/dialects/base/files.ts';
import { dialects } from '../../../functions/dialects/dialects.ts';
import { filesUploadFile } from '../../../functions/dialects/files/upload.ts';
import { routes } from '../../../functions/dialects/route-table.ts';
import { tokensDeleteMedia, tokensGetMedia, tokensListMedia } from '../../../functions/dialects/tokens/media.ts';
import { tokensUploadMedia } from '../../../functions/dialects/tokens/upload-media.ts';
import { v1ListMedia } from '../../../functions/dialects/v1/media.ts';
import { v1UploadMedia } from '../../../functions/dialects/v1/upload-media.ts';
import { v1CreateUpload } from '../../../functions/dialects/v1/uploads.ts';
import { type ErrorCode, MediaError, STATUS, UnrecordedError } from '../../../functions/domain/errors.ts';
import { untagged } from '../../../functions/domain/media.ts';
import type { Credential } from '../../../functions/http/credentials.ts';
import { DIALECT_NAMES } from '../../../functions/http/dialect.ts';
import { tooLargeForFunction } from '../../../functions/http/form-body.ts';
import { bindRoute, serveAll } from '../../../functions/http/serve.ts';
import { httpEvent } from '../../support/drivers/http-event.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

beforeEach(() => {
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

const seen: Credential[] = [];
const api = (uploadsEnabled: boolean) => ({
  limit: async () => undefined,
  dialects,
  idempotency: {
    claim: async () => ({
      ...{ state: 'claimed' as const, token: '', seed: Buffer.alloc(32) },
      ...{ isRepeat: false, wasAnswered: false },
    }),
    finish: async () => {},
    renew: async () => true,
    release: async () => {},
  },
  publicUrl: 'https://api.example',
  settings: { allowedOrigins: [], uploadsEnabled },
  authenticate: async (credential: Credential) => {
    seen.push(credential);
    return aPrincipal();
  },
});

const FORM = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\na\r\n--x--';
const REQUESTS = {
  'POST /api/media': { body: FORM, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  'POST /api/v1/media/upload': { body: FORM, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  'POST /v1/media/upload': { body: FORM, headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  'POST /api/v1/uploads': { body: JSON.stringify({ filename: 'a.txt', fileSize: 1, mimeType: 'text/plain' }) },
  'POST /media/edit/{id}': { body: JSON.stringify({ name: 'a', tags: [] }) },
  'POST /media/add': { body: JSON.stringify({ name: 'a', tags: [], image: 'AAAA' }) },
} as const;

type AnyRoute = Parameters<typeof bindRoute>[1];
/** One call of a route whose use case ends like this. */
const ask = async (route: object, useCase: () => Promise<unknown>, uploadsEnabled = true) => {
  const served = bindRoute(useCase as never, route as AnyRoute as never);
  const { method, path, dialect } = route as AnyRoute;
  const key = `${method} ${path}` as keyof typeof REQUESTS;
  const { body, headers }: { body?: string; headers?: Record<string, string> } = REQUESTS[key] ?? {};
  const cookie = dialects[dialect].credentials.includes('refresh');
  const event = httpEvent({
    routeKey: key,
    path: { id: '7' },
    headers: { ...headers, ...(cookie ? {} : { authorization: 'Bearer someone' }) },
    ...(cookie ? { cookies: ['session=one', 'refreshToken=other'] } : {}),
    ...(body === undefined ? {} : { body }),
  } as never);
  const answer = await serveAll([served], api(uploadsEnabled))(event as never, {} as never);
  return { status: answer.statusCode, body: answer.body ? JSON.parse(answer.body) : undefined };
};

const broken = (error: unknown) => async () => {
  throw error;
};

describe('what breaks', () => {
  it.each<[object, unknown, unknown]>([
    [v1ListMedia, new Error('x'), { success: false, error: 'Failed to list media' }],
    [tokensUploadMedia, new Error('S3 is gone'), { error: 'Failed to upload file' }],
    [tokensUploadMedia, new UnrecordedError(new Error('x')), { error: 'Failed to create media record' }],
    [tokensListMedia, new Error('x'), { error: 'Failed to list media' }],
    [tokensGetMedia, new Error('x'), { error: 'Failed to get media' }],
    [tokensDeleteMedia, new Error('x'), { error: 'Failed to delete media' }],
    [adminListMedia, new Error('x'), { data: 'Error retrieving media', code: 500 }],
    [adminEditMedia, new Error('x'), { data: 'Error updating media', code: 500 }],
    [adminAddMedia, new Error('x'), { data: 'Error adding media', code: 500 }],
    [adminDeleteMedia, new Error('x'), { data: 'Error deleting media', code: 500 }],
  ])('is answered in the words of its reference', async (route, error, body) =>
    expect(await ask(route, broken(error))).toEqual({ status: 500, body }),
  );

  it.each([
    ['File too large: at most 5 bytes', 'File too large: at most 5 bytes'],
    ['The files take longer than one request may', 'File too large: The files take longer than one request may'],
  ])('because a file is too large tells the limit: %s', async (message, error) =>
    expect(await ask(tokensUploadMedia, broken(new MediaError('TOO_LARGE', message)))).toEqual({
      status: 413,
      body: { error },
    }),
  );

  it('because files do not take a type is a bad request with a detail', async () => {
    const refused = await ask(
      filesUploadFile,
      broken(new MediaError('TYPE_NOT_ALLOWED', 'Files of type x are not accepted')),
    );
    expect(refused).toEqual({ status: 400, body: { detail: 'Files of type x are not accepted' } });
  });
});

it('a form that no function takes is told where it can go', () => {
  const { status, body } = dialects.tokens.refuse(tooLargeForFunction());
  expect(status).toBe(413);
  expect(body).toEqual({ error: expect.stringMatching(/^File too large: .*POST \/api\/v1\/uploads/) });
});

describe('a service that takes no uploads', () => {
  const OFF = 'This service is not handling file uploads.';
  it.each<[object, unknown]>([
    [adminAddMedia, { data: OFF, code: 503 }],
    [adminDeleteMedia, { data: OFF, code: 503 }],
    [tokensUploadMedia, { error: OFF }],
    [v1UploadMedia, { success: false, error: OFF }],
    [v1CreateUpload, { success: false, error: OFF }],
    [filesUploadFile, { detail: OFF }],
    [baseUploadItem, { error: OFF }],
  ])('says so', async (route, body) => {
    let called = false;
    const useCase = async () => {
      called = true;
    };
    expect(await ask(route, useCase, false)).toEqual({ status: 503, body });
    expect(called).toBe(false);
  });

  const bringing = ['create-upload', 'sign-upload', 'upload-media', 'manage-parts', 'manage-uppy'];
  const isReading = ({ method, path }: { method: string; path: string }) =>
    method === 'DELETE' || (method === 'GET' && path.endsWith('/multipart/{uploadId}'));
  it.each(
    routes
      .filter((each) => bringing.includes(each.operation) && !isReading(each))
      .map((each) => [`${each.method} ${each.path}`, each] as const),
  )('opens, signs and completes nothing by %s', async (_, each) => {
    const useCase = () => Promise.reject(new Error('called'));
    expect((await ask(each, useCase, false)).status).toBe(503);
  });

  it('answers everything else as ever', async () => {
    const page = { items: [], total: 0, limit: 10, offset: 0 };
    expect((await ask(tokensListMedia, async () => page, false)).status).toBe(200);
    expect((await ask(adminEditMedia, async () => undefined, false)).status).toBe(200);
  });
});

describe('an unbounded list', () => {
  const rows = (count: number, filename: string) =>
    Array.from({ length: count }, (_, alias) => ({ ...untagged(aRecord({ filename })), alias }));

  it('asks for ten thousand rows at most', async () => {
    const asked = adminListMedia.input({ query: { order: 'added-desc', limit: Number.MAX_SAFE_INTEGER, offset: 5 } });
    expect(asked).toMatchObject({ limit: 10_000, offset: 5, orderDir: 'desc' });
  });

  it('ends where an answer of Lambda does, and says how far it came', async () => {
    const items = rows(10_000, `${'ü'.repeat(200)}.jpg`);
    const page = { items, total: 10_000, limit: 10_000, offset: 0 };
    const { body } = await ask(adminListMedia, async () => page);
    expect(JSON.stringify(body).length).toBeLessThan(6_000_000);
    expect(body.media.length).toBeGreaterThan(1000);
    expect(body).toMatchObject({ max: 10_000, from: 1, to: body.media.length });
  });
});

describe('credentials', () => {
  it('are what the dialect takes, whatever else comes along', async () => {
    seen.length = 0;
    await ask(adminEditMedia, async () => undefined);
    await ask(tokensGetMedia, async () => untagged(aRecord()));
    expect(seen).toEqual([
      { kind: 'refresh', token: 'other' },
      { kind: 'bearer', token: 'someone' },
    ]);
  });
});

describe.each(DIALECT_NAMES)('%s', (name) => {
  it.each(Object.keys(STATUS) as ErrorCode[])('words %s without a stack or a secret of its own', (code) => {
    const error = new MediaError(code, 'in words', { cause: new Error('inner') });
    const { status, body } = dialects[name].refuse(error);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(body)).not.toMatch(/inner|at .*\.ts/);
  });
});
