import { describe, expect, it } from '@jest/globals';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { Principal } from '../../../functions/domain/principal.ts';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import { createUpload } from '../../../functions/uploads/create-upload.ts';
import { functionSettings, parseSettings } from '../../../lib/settings/settings.ts';
import { aRecord } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';

const settings = functionSettings(parseSettings({}));
const TEXT = { filename: 'a.txt', fileSize: 5, mimeType: 'text/plain' };
const SHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=';

/** The use case over a library of these records, with what it opened. */
const uploading = (...records: readonly MediaRecord[]) => uploadingAfter(0, ...records);

/** The same for a person who gave up so many uploads within the hour. */
const uploadingAfter = (givenUp: number, ...records: readonly MediaRecord[]) => {
  const opened: UploadSession[] = [];
  const asked: string[] = [];
  const create = createUpload({
    uploads: {
      get: async () => undefined,
      open: async (session) => void opened.push(session),
    },
    versions: { ofMedia: async () => [] },
    media: { get: async (id) => records.find((record) => record.id === id) },
    open: { givenUp: async () => givenUp },
    tags: { get: async () => [] },
    findByChecksum: async (teamId) => {
      asked.push(teamId);
      return records.filter((record) => record.teamId === teamId).map(({ id }) => id);
    },
    reuse: async () => undefined,
    signPut: async ({ key }) => ({ method: 'PUT', url: `https://bucket.example/${key}`, headers: {} }),
    settings,
    newId: () => crypto.randomUUID(),
    clock: () => new Date('2026-01-01T00:00:00Z'),
  });
  return {
    create: (input: Parameters<typeof create>[0]['input'], principal = aPrincipal()) => create({ input, principal }),
    opened,
    asked,
  };
};

const only = (...scopes: string[]): Principal => aPrincipal({ scopes: new Set(scopes) as Principal['scopes'] });

describe('an upload that replaces', () => {
  const record = aRecord();

  it('is a session of the record and of the version that it has now', async () => {
    const { create, opened } = uploading(record);
    const { session, request } = await create({ ...TEXT, replaces: record.id });
    expect(session).toMatchObject({
      mediaId: record.id,
      teamId: 'team',
      replaces: { fileVersion: record.fileVersion },
    });
    expect(request?.url).toContain(`originals/team/${record.id}/${session.id}`);
    expect(opened).toEqual([session]);
  });

  it('works in the team of the record, whichever the call writes to', async () => {
    const { create } = uploading(aRecord({ id: 'theirs', teamId: 'second' }));
    const teams = [
      { teamId: 'team', role: 'viewer' },
      { teamId: 'second', role: 'editor' },
    ] as const;
    const { session } = await create({ ...TEXT, replaces: 'theirs' }, aPrincipal({ role: 'viewer', teams }));
    expect(session.teamId).toBe('second');
  });

  it.each([
    ['media:update', undefined],
    ['media:create', 'FORBIDDEN'],
  ])('takes the scope to update: %s is answered %s', async (scope, code) => {
    const { create, opened } = uploading(record);
    const call = create({ ...TEXT, replaces: record.id }, only('media:read', scope));
    if (code) await expect(call).rejects.toMatchObject({ code, scope: 'media:update' });
    else await call;
    expect(opened).toHaveLength(code ? 0 : 1);
  });

  it.each([
    ['of another team', aRecord({ id: 'other', teamId: 'another' })],
    ['in the trash', aRecord({ id: 'other', state: 'deleted' })],
    ['that does not exist', aRecord()],
  ])('is refused for a record %s as for one that is missing', async (_, other) => {
    const { create, opened } = uploading(other);
    await expect(create({ ...TEXT, replaces: 'other' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(opened).toEqual([]);
  });
});

describe('an upload that makes a record', () => {
  it('takes the scope to create, in the team that it writes to', async () => {
    const { create, opened } = uploading();
    await expect(create(TEXT, only('media:read', 'media:update'))).rejects.toMatchObject({ scope: 'media:create' });
    expect(opened).toEqual([]);
  });

  it('notes of which password its login is, and nothing of the kind for a key', async () => {
    const { create } = uploading();
    const login = aPrincipal({ credential: { kind: 'session', id: 's', passwordVersion: 3 } });
    expect((await create(TEXT, login)).session).toMatchObject({
      by: { kind: 'login', id: 's' },
      passwordVersion: 3,
    });
    const key = aPrincipal({ credential: { kind: 'api-key', id: 'k' } });
    expect((await create(TEXT, key)).session).not.toHaveProperty('passwordVersion');
  });

  it('learns what the team has of its content if it may look at what the team has', async () => {
    const record = aRecord();
    const { create, asked } = uploading(record);
    const input = { ...TEXT, sha256: SHA256 };
    expect((await create(input)).duplicateOf).toBe(record.id);
    expect((await create(input, only('media:create'))).duplicateOf).toBeNull();
    expect(asked).toEqual(['team']);
  });
});

describe('a person who makes and cancels uploads', () => {
  it('may begin anew with all they may have open, more than once, but not without end', async () => {
    const { create } = uploadingAfter(3 * settings.openUploads - 1);
    await expect(create(TEXT)).resolves.toMatchObject({ session: { status: 'pending' } });
    const refused = uploadingAfter(3 * settings.openUploads);
    await expect(refused.create(TEXT)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 3600 });
    expect(refused.opened).toEqual([]);
  });
});
