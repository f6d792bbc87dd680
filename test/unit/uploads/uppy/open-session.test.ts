import { describe, expect, it } from '@jest/globals';
import { MediaError } from '../../../../functions/domain/errors.ts';
import { HASHED_BYTES } from '../../../../functions/domain/parts.ts';
import type { Quota } from '../../../../functions/domain/settings.ts';
import type { UploadSession } from '../../../../functions/domain/upload.ts';
import { type AnnouncedFile, openSession } from '../../../../functions/uploads/uppy/open-session.ts';
import { functionSettings, parseSettings } from '../../../../lib/settings/settings.ts';
import { aPrincipal } from '../../../support/drivers/principal.ts';

const MIB = 2 ** 20;
const settings = functionSettings(parseSettings({ quotaPerTeam: '200 MB', limits: { video: '100 MB' } }));
const large = functionSettings(parseSettings({ quotaPerTeam: '100 TB', limits: { video: '5 TB' } }));
const film: AnnouncedFile = { filename: 'film.mp4', mimeType: 'video/mp4', tagNames: [] };

/** A team that has so much; `taken` is what others take each time between the look and the reservation. */
const team = ({ committed = 0, taken = [] as number[], rules = settings, begun = 0 } = {}) => {
  const opened: UploadSession[] = [];
  const named: string[][] = [];
  let has = committed;
  const deps = {
    uploads: {
      open: async (session: UploadSession, { bytes: quota }: Quota) => {
        has += taken.shift() ?? 0;
        if (has + session.fileSize > quota) throw new MediaError('QUOTA_EXCEEDED', 'no room');
        has += session.fileSize;
        opened.push(session);
      },
    },
    open: { count: async () => begun, givenUp: async () => 0 },
    nameTags: async (names: readonly string[]) => {
      named.push([...names]);
      return names;
    },
    committed: async () => has,
    settings: rules,
    newId: () => crypto.randomUUID(),
    clock: () => new Date('2026-01-01T00:00:00Z'),
  };
  const open = (file: Partial<AnnouncedFile> = {}, comes: 'form' | 'own-parts' = 'form', guest = false) =>
    openSession({ ...film, ...file }, comes, aPrincipal({ guest }), deps);
  return { open, opened, named };
};

describe('room for a file of Uppy', () => {
  it('is exactly what the file has, where that was told', async () => {
    const session = await team().open({ size: 7 });
    expect(session).toMatchObject({
      fileSize: 7,
      multipart: null,
      asForm: true,
      expiresAt: '2026-01-01T01:00:00.000Z',
    });
    expect(session).not.toHaveProperty('sizeOpen');
  });

  it('is as much as a file of its kind may have, where it was not', async () => {
    expect(await team().open()).toMatchObject({ fileSize: 100 * MIB, sizeOpen: true });
  });

  it('is what the quota leaves, where that is less', async () => {
    expect(await team({ committed: 150 * MIB }).open()).toMatchObject({ fileSize: 50 * MIB, sizeOpen: true });
  });

  it('is looked for again when others took it meanwhile', async () => {
    const busy = team({ taken: [150 * MIB, 40 * MIB] });
    expect(await busy.open()).toMatchObject({ fileSize: 10 * MIB });
    expect(busy.opened).toHaveLength(1);
  });

  it('is not there when nothing is left, and no tag is made for nothing', async () => {
    const full = team({ committed: 200 * MIB });
    await expect(full.open({ tagNames: ['new'] })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await expect(team({ committed: 199 * MIB }).open({ size: 2 * MIB })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    await expect(team({ taken: [150 * MIB] }).open({ size: 100 * MIB })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    expect(full.named).toEqual([]);
  });

  it('is bounded by what S3 takes in a form, and by what is hashed where a digest was told', async () => {
    const rich = team({ rules: large });
    expect((await rich.open()).fileSize).toBe(5 * 1024 * MIB);
    expect((await rich.open({}, 'own-parts')).fileSize).toBe(5 * 2 ** 40);
    expect((await rich.open({ sha256: 'x' }, 'own-parts')).fileSize).toBe(HASHED_BYTES);
    await expect(rich.open({ size: 5 * 1024 * MIB + 1 })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await expect(rich.open({ size: HASHED_BYTES + 1, sha256: 'x' }, 'own-parts')).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  });

  it('is for a file in parts whose lengths follow from its size, as Uppy cuts or as the page says', async () => {
    const session = await team().open({ size: 12 * MIB }, 'own-parts');
    expect(session).toMatchObject({ fileSize: 12 * MIB, multipart: { partSize: 5 * MIB, partCount: 3 } });
    expect(session.multipart).not.toHaveProperty('cutBy');
    const other = await team().open({ size: 12 * MIB, partSize: 8 * MIB }, 'own-parts');
    expect(other.multipart).toMatchObject({ partSize: 8 * MIB, partCount: 2 });
    for (const partSize of [0, 5 * MIB - 1, 5 * 1024 * MIB + 1]) {
      await expect(team().open({ size: 12 * MIB, partSize }, 'own-parts')).rejects.toMatchObject({
        code: 'VALIDATION',
        fields: [{ path: ['partSize'] }],
      });
    }
    const rich = team({ rules: large });
    await expect(rich.open({ size: 2 ** 40, partSize: 5 * MIB }, 'own-parts')).rejects.toMatchObject({
      code: 'VALIDATION',
    });
  });

  it.each<[string, Partial<AnnouncedFile>, boolean]>([
    ['of a guest', {}, true],
    ['of a kind that one form can carry', { filename: 'a.txt', mimeType: 'text/plain' }, false],
  ])('is not given to a file %s in parts without a size, and no tag is made for it', async (_, file, guest) => {
    const asked = team();
    await expect(asked.open({ ...file, tagNames: ['new'] }, 'own-parts', guest)).rejects.toMatchObject({
      code: 'VALIDATION',
      fields: [{ path: ['size'] }],
    });
    expect([asked.opened, asked.named]).toEqual([[], []]);
    expect(await asked.open({ ...file, size: 7 }, 'own-parts', guest)).toMatchObject({ fileSize: 7 });
  });

  it('is open for a day where the file comes in parts, which are its sender to cut', async () => {
    const session = await team().open({}, 'own-parts');
    expect(session).toMatchObject({
      expiresAt: '2026-01-02T00:00:00.000Z',
      multipart: { partCount: 20, cutBy: 'sender' },
    });
    expect(session).not.toHaveProperty('asForm');
  });

  it('is not given to who has too many uploads open', async () => {
    await expect(team({ begun: settings.openUploads }).open()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
