import { describe, expect, it } from '@jest/globals';
import { MediaError } from '../../../functions/domain/errors.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { completeUpload } from '../../../functions/uploads/complete-upload.ts';
import { deleteUpload } from '../../../functions/uploads/delete-upload.ts';
import { listUploads } from '../../../functions/uploads/list-uploads.ts';
import { signParts } from '../../../functions/uploads/sign-parts.ts';
import { signUpload } from '../../../functions/uploads/sign-upload.ts';
import { atPlace } from '../../../functions/uploads/uppy/find-place.ts';
import { aSession } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const LOGIN = { kind: 'login', id: 'session' } as const;
const KEY = { kind: 'api-key', id: 'key' } as const;
const upload = (change: Partial<UploadSession> = {}) =>
  aSession({ teamId: 'team', userId: 'user', by: LOGIN, expiresAt: '2100-01-01T00:00:00.000Z', ...change });
const inParts = (change: Partial<UploadSession> = {}) =>
  upload({ multipart: { partSize: 8 * 2 ** 20, partCount: 1, uploadId: 's3', algorithm: 'CRC64NVME' }, ...change });

const ofKey = (id: string) => aPrincipal({ credential: { kind: 'api-key', id } });
const ofToken = (by: UploadSession['by']) =>
  aPrincipal({ credential: { kind: 'upload-token', id: by?.id ?? '', ...(by ? { by } : {}) } });
const CALLERS = {
  'the login that opened it': [aPrincipal(), upload({})],
  'another login of the same person': [aPrincipal({ credential: { kind: 'session', id: 'next' } }), upload({})],
  'a login of the person whose key opened it': [aPrincipal(), upload({ by: KEY })],
  'the key that opened it': [ofKey('key'), upload({ by: KEY })],
  'an upload token of that key': [ofToken(KEY), upload({ by: KEY })],
} as const;
const OTHERS = {
  'a colleague, an owner of the team': aPrincipal({ userId: 'colleague' }),
  'a key of a colleague': aPrincipal({ userId: 'colleague', credential: { kind: 'api-key', id: 'theirs' } }),
  'another key of the same person': ofKey('other'),
  'an upload token of another key': ofToken({ kind: 'api-key', id: 'other' }),
} as const;

/** Deps that fail loudly once a caller who is not let in gets as far as to use them. */
const none = new Proxy({}, { get: () => () => Promise.reject(new Error('used')) }) as never;
const settings = { quotaBytes: 1, quotaRecords: 1, guests: {} } as never;
const clock = () => new Date('2026-01-01T12:00:00Z');
const signed = async () => ({ method: 'PUT', url: 'https://bucket', headers: {} }) as never;
const holding = (session: UploadSession) => ({ get: async () => session });

const DOING = {
  'sign the request': (session: UploadSession, principal: ReturnType<typeof aPrincipal>) =>
    signUpload({ uploads: holding(session), signPut: signed, clock })({ input: { id: session.id }, principal }),
  'sign parts': (session: UploadSession, principal: ReturnType<typeof aPrincipal>) =>
    signParts({ uploads: holding(session), open: none, parts: none, settings, signPart: signed, clock })({
      input: { id: session.id, partNumbers: [1] },
      principal,
    }),
  'complete it': (session: UploadSession, principal: ReturnType<typeof aPrincipal>) =>
    completeUpload({ uploads: holding(session) as never, parts: none, files: none, clock })({
      input: { id: session.id },
      principal,
    }),
  'sign parts by the place of an object': (session: UploadSession, principal: ReturnType<typeof aPrincipal>) => {
    const uploads = holding(session);
    const key = `originals/${session.teamId}/${session.mediaId}/${session.id}`;
    const sign = signParts({ uploads, open: none, parts: none, settings, signPart: signed, clock });
    return atPlace(uploads, sign)({ input: { place: { key, uploadId: 's3' }, partNumbers: [1] }, principal } as never);
  },
};

describe('an upload that a caller did not open', () => {
  const cases = Object.entries(DOING).flatMap(([what, does]) =>
    Object.entries(OTHERS).map(([who, principal]) => [who, what, does, principal] as const),
  );
  it.each(cases)('is missing for %s who wants to %s', async (_who, what, does, principal) => {
    const opened = { by: principal.userId === 'user' ? KEY : LOGIN };
    const session = what === 'sign the request' ? upload(opened) : inParts(opened);
    const refusal = await does(session, principal).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(MediaError);
    expect(refusal).toMatchObject({ code: 'NOT_FOUND', message: 'Upload not found' });
  });
});

describe('an upload', () => {
  it.each(Object.entries(CALLERS))('is signed again for %s', async (_, [principal, session]) => {
    expect(await DOING['sign the request'](session, principal)).toMatchObject({ request: { url: 'https://bucket' } });
  });
});

describe('an unfinished upload', () => {
  const roles = { owner: 'owner', admin: 'admin', editor: 'editor', other: 'editor' } as const;
  const givenUpBy = async (principal: ReturnType<typeof aPrincipal>, session: UploadSession) => {
    let closed = false;
    const close = async () => {
      closed = true;
      return true;
    };
    const accounts = {
      standing: async (_: string, userId: string) => {
        const role = roles[userId as keyof typeof roles];
        return role && { role, since: '2026-01-01T00:00:00.000Z' };
      },
    };
    const files = { remove: async () => undefined };
    const doing = deleteUpload({ accounts, uploads: { ...holding(session), close }, files, parts: none, clock });
    const refusal = await doing({ input: { id: session.id }, principal }).catch(({ code }) => code);
    return refusal ?? (closed ? 'given up' : 'nothing');
  };
  const member = (userId: keyof typeof roles, change: Parameters<typeof aPrincipal>[0] = {}) =>
    aPrincipal({ userId, role: roles[userId], ...change });

  it.each([
    ['the person who opened it', member('editor'), upload({ userId: 'editor' })],
    ['the key that opened it', ofKey('key'), upload({ by: KEY })],
    ['an admin of its team', member('admin'), upload({ userId: 'editor' })],
    ['an owner of its team', member('owner'), upload({ userId: 'admin', by: KEY })],
    ['an admin, once who opened it left', member('admin'), upload({ userId: 'gone' })],
  ])('is given up by %s', async (_, principal, session) =>
    expect(await givenUpBy(principal, session)).toBe('given up'),
  );

  it.each([
    ['a colleague who manages no one', member('editor'), upload({ userId: 'other' })],
    ['an admin, of an owner', member('admin'), upload({ userId: 'owner' })],
    ['a key of an owner', member('owner', { credential: KEY }), upload({ userId: 'editor' })],
    ['another key of the same person', ofKey('other'), upload({ by: KEY })],
    ['an upload token of a key', { ...ofToken(KEY), userId: 'owner' }, upload({ userId: 'editor' })],
  ])('is missing for %s who wants to give it up', async (_, principal, session) =>
    expect(await givenUpBy(principal, session)).toBe('NOT_FOUND'),
  );
});

describe('the list of unfinished uploads', () => {
  const all = [
    upload({ id: 'by-login' }),
    upload({ id: 'by-key', by: KEY }),
    upload({ id: 'by-other', by: { kind: 'api-key', id: 'other' } }),
  ];
  const listed = async (principal: ReturnType<typeof aPrincipal>) => {
    const open = { list: async () => ({ items: all, next: null }) };
    return (await listUploads({ open, cursors: none })({ input: { limit: 10 }, principal })).items.map(({ id }) => id);
  };
  it('holds for a key what that key opened', async () => expect(await listed(ofKey('key'))).toEqual(['by-key']));
  it('holds for a person all that is theirs', async () =>
    expect(await listed(aPrincipal())).toEqual(['by-login', 'by-key', 'by-other']));
});
