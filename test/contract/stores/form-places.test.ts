import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '../../../functions/domain/principal.ts';
import { GUEST_TEAM } from '../../../functions/domain/shares.ts';
import { examineFile } from '../../../functions/files/checks/examine-file.ts';
import type { FormPart } from '../../../functions/http/form.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { inFormPlace } from '../../../functions/uploads/form-places.ts';
import { type UploadFilesDeps, uploadFiles } from '../../../functions/uploads/upload-files.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
import { teamOfFiles } from '../../support/drivers/team-of-files.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const newId = () => crypto.randomUUID();
const places = (pause: (milliseconds: number) => Promise<unknown> = async () => {}) =>
  inFormPlace({ claims: dynamoClaims(library.table, () => new Date()), newId, pause });

/** Begins a form whose files are looked into until `end`; answers once it has a place, or why not. */
const begin = async (principal: Principal) => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const { promise: begun, resolve: enter } = Promise.withResolvers<'begun'>();
  const form = places()(principal, async () => {
    enter('begun');
    await ended;
  });
  const refusal = form.then(() => undefined).catch((error) => error);
  return { end: async () => [end(), await form], began: await Promise.race([begun, refusal]) };
};
const BUSY = expect.objectContaining({ code: 'BUSY', retryAfter: 5 });
const member = (teamId: string, userId = newId(), more: Partial<Principal> = {}) =>
  aPrincipal({ teamId, userId, ...more });

describe('a team', () => {
  it('has four forms looked into at once, and others go on', async () => {
    const teamId = newId();
    const forms = [];
    for (let at = 0; at < 4; at += 1) forms.push(await begin(member(teamId)));
    expect(forms.map(({ began }) => began)).toEqual(Array(4).fill('begun'));
    expect((await begin(member(teamId))).began).toEqual(BUSY);
    const other = await begin(member(newId()));
    expect(other.began).toBe('begun');
    await forms[0]?.end();
    const next = await begin(member(teamId));
    expect(next.began).toBe('begun');
    for (const form of [...forms.slice(1), other, next]) await form.end();
  });
});

describe('all guests', () => {
  it('share four places together', async () => {
    const guests = [];
    for (let at = 0; at < 5; at += 1) guests.push(await begin(member(`${GUEST_TEAM}${newId()}`)));
    expect(guests.map(({ began }) => began)).toEqual([...Array(4).fill('begun'), BUSY]);
    for (const guest of guests.slice(0, 4)) await guest.end();
  });

  it('have two of them at one address, however many they are', async () => {
    const guest = (address: string) => begin(member(`${GUEST_TEAM}${newId()}`, newId(), { guest: true, address }));
    const begun = [];
    for (let at = 0; at < 3; at += 1) begun.push(await guest('192.0.2.1'));
    begun.push(await guest('192.0.2.2'));
    expect(begun.map(({ began }) => began)).toEqual(['begun', 'begun', BUSY, 'begun']);
    for (const form of begun) if (form.began === 'begun') await form.end();
  });
});

describe('a person', () => {
  it('has two, and as many for all of their keys', async () => {
    const [teamId, userId] = [newId(), newId()];
    const key = () => ({ credential: { kind: 'api-key', id: newId() } }) as const;
    const begun = [];
    for (let at = 0; at < 3; at += 1) begun.push(await begin(member(teamId, userId, key())));
    for (let at = 0; at < 3; at += 1) begun.push(await begin(member(teamId, userId)));
    expect(begun.map(({ began }) => began)).toEqual(['begun', 'begun', BUSY, 'begun', 'begun', BUSY]);
    for (const form of begun) if (form.began === 'begun') await form.end();
  });
});

/** A form with one text. */
async function* text(): AsyncGenerator<FormPart> {
  const body = Readable.from([Buffer.from('words')]);
  yield { kind: 'file', name: 'files', filename: 'a.txt', mimeType: 'text/plain', body };
}

describe('a place', () => {
  it('is free again after the call, however it ends', async () => {
    const principal = member(newId());
    for (let at = 0; at < 3; at += 1) {
      await expect(places()(principal, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    }
    expect(await places()(principal, async () => 'done')).toBe('done');
  });

  it('is waited for, for a short while', async () => {
    const principal = member(newId());
    const [one, other] = [await begin(principal), await begin(principal)];
    let waits = 0;
    const pause = async () => {
      waits += 1;
      if (waits === 3) await one.end();
    };
    expect(await places(pause)(principal, async () => waits)).toBe(3);
    await other.end();
  });

  it('is taken by a form with files, before they are looked into', async () => {
    const { deps } = teamOfFiles(library);
    const principal = member(newId());
    const forms = [await begin(principal), await begin(principal)];
    let examined = 0;
    const examine: UploadFilesDeps['examine'] = (...file) => {
      examined += 1;
      return examineFile(...file);
    };
    const upload = uploadFiles({ ...deps, examine, inFormPlace: places() });
    const input = () => ({ parts: text(), field: 'files' });
    await expect(upload({ input: input(), principal })).rejects.toEqual(BUSY);
    expect(examined).toBe(0);
    for (const form of forms) await form.end();
    expect(await upload({ input: input(), principal })).toHaveLength(1);
  });

  it('is taken by a form that brings another file for a record', async () => {
    const team = teamOfFiles(library);
    const file = { name: 'a.txt', bytes: 'first words' };
    const record = await team.upload(file);
    const principal = aPrincipal({ teamId: team.teamId });
    const forms = [await begin(principal), await begin(principal)];
    const replace = () => team.replace(record.id, { ...file, bytes: 'others' }, { inFormPlace: places() });
    await expect(replace()).rejects.toEqual(BUSY);
    for (const form of forms) await form.end();
    expect(await replace()).toMatchObject({ id: record.id });
  });
});
