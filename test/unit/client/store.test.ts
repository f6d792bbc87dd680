import { describe, expect, it } from '@jest/globals';
import { MediashelfError } from '../../../client/errors.ts';
import type { PutAnswer, Range, Source } from '../../../client/source.ts';
import { judgePut } from '../../../client/uploads/put.ts';
import { type StoreOptions, storeFile } from '../../../client/uploads/store.ts';

const policy = { attempts: 4, firstDelayMs: 1, longestDelayMs: 1 };
const PART = 10;
const silence = new MediashelfError('NETWORK', 'no answer');
const refused = (status: number, path?: string) =>
  new MediashelfError(`HTTP_${status}`, 'refused', {
    status,
    fields: path ? [{ code: 'custom', path: [path], message: 'no' }] : [],
  });

/** What happens to the PUT of a part, try after try; without anything it is stored. */
type Fate = number | 'lost' | 'lost after it arrived' | 'refused while it arrives' | 'hangs';

/** A server that holds one upload, and a file for it; `asked` is everything that was asked of either. */
const world = ({
  size = 35,
  fates = {},
  held = [],
  ...server
}: {
  size?: number;
  fates?: Record<number, Fate[]>;
  held?: number[];
  status?: string;
  duplicateOf?: string | null;
  withoutChecksums?: boolean;
  whole?: boolean;
  ticket?: string;
  missingOnce?: number;
} = {}) => {
  const asked: string[] = [];
  const arrived = new Set(held);
  const partCount = Math.ceil(size / PART);
  const length = (number: number) => Math.min(PART, size - (number - 1) * PART);
  let { missingOnce, status = 'pending' } = server;
  const answers: Record<string, (body: never) => unknown> = {
    'POST /api/v1/uploads': () => ({
      id: 'u1',
      mediaId: 'm1',
      status: server.ticket ?? 'pending',
      duplicateOf: server.duplicateOf ?? null,
      ...(server.whole
        ? { request: { method: 'PUT', url: 'part/1', headers: {} } }
        : { multipart: { partSize: PART, partCount } }),
    }),
    'GET /api/v1/uploads/{id}': () => {
      if (status === 'missing') throw refused(404);
      return {
        status: server.whole && arrived.has(1) ? 'processing' : status,
        parts: [...arrived].map((partNumber) => ({ partNumber, size: length(partNumber), etag: 'e' })),
      };
    },
    'POST /api/v1/uploads/{id}/parts': ({ partNumbers, checksums }: { partNumbers: number[]; checksums?: object }) => {
      if (server.withoutChecksums && checksums) throw refused(400, 'checksums');
      return { parts: partNumbers.map((partNumber) => ({ partNumber, url: `part/${partNumber}`, headers: {} })) };
    },
    'POST /api/v1/uploads/{id}/sign': () => ({ request: { method: 'PUT', url: 'part/1', headers: {} } }),
    'POST /api/v1/uploads/{id}/complete': () => {
      if (missingOnce !== undefined) {
        arrived.delete(missingOnce);
        missingOnce = undefined;
        throw refused(400);
      }
      status = 'processing';
      return { status };
    },
    'DELETE /api/v1/uploads/{id}': () => ({ message: 'gone' }),
  };
  const call = async (route: string, { body }: { body?: { partNumbers?: number[]; checksums?: object } } = {}) => {
    const told = body?.partNumbers ? ` ${body.partNumbers}${body.checksums ? ' with checksums' : ''}` : '';
    asked.push(route.replace('/api/v1/uploads', '').replace('{id}', '') + told);
    return answers[route]?.(body as never);
  };
  const source: Source = {
    name: 'film.mp4',
    size,
    type: 'video/mp4',
    modified: 7,
    sha256: async ({ start, end }: Range) => `hash of ${start}-${end}`,
    put: async ({ url }, { start, end }, { signal, onSent }): Promise<PutAnswer> => {
      const number = Number(url.slice(5));
      asked.push(`PUT ${number}`);
      onSent(end - start);
      const fate = fates[number]?.shift() ?? 200;
      if (fate === 'hangs')
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      if ([200, 'lost after it arrived', 'refused while it arrives'].includes(fate)) arrived.add(number);
      if (fate === 'refused while it arrives') return { status: 409, retryAfter: null, text: '' };
      if (typeof fate === 'string') throw silence;
      return { status: fate, retryAfter: null, text: '<Error><Code>AccessDenied</Code></Error>' };
    },
  };
  const store = (options: StoreOptions = {}) =>
    storeFile(source, { concurrency: 1, ...options }, { call: call as never, policy, expect: () => {} });
  return { asked, source, store, puts: () => asked.filter((each) => each.startsWith('PUT')) };
};

const state = {
  version: 1,
  uploadId: 'u1',
  mediaId: 'm1',
  filename: 'film.mp4',
  fileSize: 35,
  mimeType: 'video/mp4',
  modified: 7,
  layout: { partSize: PART, partCount: 4 },
  checksums: true,
} as const;

describe('a file in parts', () => {
  it('is signed some parts ahead, sent and joined', async () => {
    const { asked, store } = world();
    const progress: number[] = [];
    const stored = await store({ onProgress: ({ phase, bytes }) => phase === 'sending' && progress.push(bytes) });
    expect(stored).toEqual({ status: 'stored', uploadId: 'u1', mediaId: 'm1' });
    expect(asked).toEqual([
      'POST ',
      'POST //parts 1,2 with checksums',
      'PUT 1',
      'POST //parts 3,4 with checksums',
      'PUT 2',
      'PUT 3',
      'PUT 4',
      'POST //complete',
    ]);
    expect(progress.at(0)).toBe(0);
    expect(progress.at(-1)).toBe(35);
  });

  it('is gone on with from a saved state, without a part that is there', async () => {
    const { store, puts, asked } = world({ held: [1, 3] });
    await store({ resume: state });
    expect(puts()).toEqual(['PUT 2', 'PUT 4']);
    expect(asked).not.toContain('POST ');
  });

  it.each([
    ['it expired', { status: 'expired' }, state],
    ['the server does not know it', { status: 'missing' }, state],
    ['the file was changed', {}, { ...state, modified: 6 }],
    ['the file has another size', {}, { ...state, fileSize: 36 }],
  ])('becomes a new upload when %s', async (_, server, resume) => {
    const { asked, store } = world(server);
    await store({ resume }).catch(() => undefined);
    expect(asked).toContain('POST ');
  });

  it('needs nothing more when it was stored already', async () => {
    const { asked, store } = world({ status: 'processing' });
    expect(await store({ resume: state })).toEqual({ status: 'stored', uploadId: 'u1', mediaId: 'm1' });
    expect(asked).toEqual(['GET /']);
  });

  it('sends a part again after no answer, but not one that arrived', async () => {
    const { store, puts } = world({ fates: { 1: ['lost'], 2: ['lost after it arrived'], 3: [503, 500] } });
    await store();
    expect(puts()).toEqual(['PUT 1', 'PUT 1', 'PUT 2', 'PUT 3', 'PUT 3', 'PUT 3', 'PUT 4']);
  });

  it('signs a part again whose signature has expired', async () => {
    const { asked, store } = world({ fates: { 2: [403] } });
    await store();
    expect(asked.filter((each) => each.startsWith('POST //parts 2'))).toEqual(['POST //parts 2 with checksums']);
  });

  it('gives up when signatures are refused for another reason', async () => {
    const { store, puts } = world({ fates: { 1: [403, 403, 403, 403] } });
    await expect(store()).rejects.toMatchObject({ code: 'AccessDenied', status: 403 });
    expect(puts()).toHaveLength(3);
  });

  it('goes on without checksums where another device began without them', async () => {
    const { asked, store } = world({ withoutChecksums: true, held: [1] });
    await store({ resume: state });
    expect(asked.filter((each) => each.startsWith('POST //parts'))).toEqual([
      'POST //parts 2,3 with checksums',
      'POST //parts 2,3',
      'POST //parts 4',
    ]);
  });

  it('sends what is found missing at the end', async () => {
    const { store, puts } = world({ missingOnce: 3 });
    await store();
    expect(puts()).toEqual(['PUT 1', 'PUT 2', 'PUT 3', 'PUT 4', 'PUT 3']);
  });

  it('stops all lanes when it is called off, or when one fails for good', async () => {
    const controller = new AbortController();
    const stuck = world({ fates: { 1: ['hangs'], 2: ['hangs'] } });
    const onPart = ({ partNumber }: { partNumber: number }) => partNumber === 2 && setTimeout(() => controller.abort());
    await expect(stuck.store({ concurrency: 2, signal: controller.signal, onPart })).rejects.toThrow('aborted');
    const failing = world({ fates: { 1: [404], 2: ['hangs'] } });
    await expect(failing.store({ concurrency: 2 })).rejects.toMatchObject({ status: 404 });
    expect(failing.puts()).toEqual(['PUT 1', 'PUT 2']);
  });
});

describe('a file in one request', () => {
  const small = { size: 8, whole: true };

  it('is sent by the request of the answer, and signed again when that has expired', async () => {
    const { asked, store } = world({ ...small, fates: { 1: [403] } });
    await store();
    expect(asked).toEqual(['POST ', 'PUT 1', 'POST //sign', 'PUT 1']);
  });

  it('has arrived when the storage says that it was there before, or the server that it is looked at', async () => {
    const twice = world({ ...small, fates: { 1: [500, 412] } });
    await twice.store();
    expect(twice.puts()).toHaveLength(2);
    const once = world({ ...small, fates: { 1: ['lost after it arrived'] } });
    await once.store();
    expect(once.puts()).toHaveLength(1);
  });

  it('is not sent again while the storage still takes a request that seemed lost, and is when that fails', async () => {
    const arrives = world({ ...small, fates: { 1: ['lost', 'refused while it arrives'] } });
    await arrives.store();
    expect(arrives.asked).toEqual(['POST ', 'PUT 1', 'GET /', 'PUT 1', 'GET /']);
    const fails = world({ ...small, fates: { 1: [409, 200] } });
    await fails.store();
    expect(fails.asked).toEqual(['POST ', 'PUT 1', 'GET /', 'PUT 1']);
  });

  it('is not sent when the answer says that its record is there already', async () => {
    const { asked, store } = world({ ...small, ticket: 'active' });
    expect(await store({ fields: { onDuplicate: 'reuse' } })).toEqual({
      status: 'active',
      uploadId: 'u1',
      mediaId: 'm1',
    });
    expect(asked).toEqual(['POST ']);
  });

  it('is not sent when the team has its content and that is to be skipped', async () => {
    const { asked, store } = world({ ...small, duplicateOf: 'm0' });
    expect(await store({ duplicates: 'skip' })).toEqual({ status: 'duplicate', uploadId: null, mediaId: 'm0' });
    expect(asked).toEqual(['POST ', 'DELETE /']);
  });
});

it.each([
  [200, 'stored'],
  [204, 'stored'],
  [412, 'arrived'],
  [403, 'sign'],
  [400, 'sign'],
  [408, 'wait'],
  [429, 'wait'],
  [500, 'wait'],
  [503, 'wait'],
  [404, 'stop'],
  [409, 'wait'],
  [413, 'stop'],
])('an answer of %i to a PUT means: %s', (status, verdict) => {
  expect(judgePut(status)).toBe(verdict);
});
