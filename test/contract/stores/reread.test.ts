import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { originalKey } from '../../../functions/domain/media.ts';
import { readStored } from '../../../functions/media/read-stored.ts';
import { rereadMetadata } from '../../../functions/media/reread-metadata.ts';
import { dynamoReread } from '../../../functions/media/reread-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { teamOfFiles } from '../../support/drivers/team-of-files.ts';
import { CLAIMS, filmOfRecorder, oldFilm, PLAYS, readingOf, type Team } from '../../support/fixtures/old-films.ts';
import { photo } from '../../support/fixtures/pictures.ts';

// Each film is read in a thread of its own.
jest.setTimeout(120_000);

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

/** The command with pages of `pageSize`; it is broken off once it has read so many files. */
const reading = (team: Team, change: Partial<Team['deps']> = {}) => {
  const failures: string[] = [];
  const deps = readingOf(team, change);
  const reread = (pageSize = 100, most = Number.POSITIVE_INFINITY) => {
    let left = most;
    const read = readStored(deps);
    return rereadMetadata({
      store: dynamoReread(library.table, pageSize),
      media: deps.media,
      metadata: deps.metadata,
      read: (record) => {
        left -= 1;
        return read(record);
      },
      failed: (mediaId) => failures.push(mediaId),
    })(() => left > 0);
  };
  return { heads: deps.heads, failures, reread };
};

describe('reading metadata again, by command', () => {
  it('reads sound and film of before, in all teams, goes on where it was broken off, and reads nothing twice', async () => {
    const [team, other] = [teamOfFiles(library), teamOfFiles(library)];
    const old = [await oldFilm(library, team), await oldFilm(library, team), await oldFilm(library, other)];
    const current = await team.upload({ name: 'new.mp4', bytes: await filmOfRecorder() });
    const picture = await team.upload({ name: 'photo.jpg', bytes: await photo(40, 30) });
    const elsewhere = aRecord({
      ...{ teamId: team.teamId, kind: 'video', mimeType: 'video/mp4', duration: 7 },
      ...{ externalUrl: 'https://x.example/film.mp4', fileVersion: null },
    });
    await team.deps.media.create(elsewhere, 1000);
    const thrown = await oldFilm(library, team);
    await team.remove(thrown);
    const lost = await oldFilm(library, team);
    await library.files.remove(originalKey(team.teamId, lost, (await team.get(lost)).fileVersion ?? ''));
    const untouched = [current.id, picture.id, elsewhere.id, thrown, lost];
    const before = await Promise.all(untouched.map(team.get));

    const { reread, heads } = reading(team);
    const runs: Awaited<ReturnType<typeof reread>>[] = [];
    do runs.push(await reread(2, 1));
    while (!runs.at(-1)?.done && runs.length < 30);
    expect(runs.length).toBeGreaterThan(3);
    const sum = (name: 'read' | 'corrected' | 'failed') => runs.reduce((all, run) => all + run[name], 0);
    expect([sum('read'), sum('corrected'), sum('failed')]).toEqual([3, 3, 0]);
    for (const id of old) {
      expect((await team.get(id)).duration).toBe(PLAYS);
      expect(heads.filter((key) => key.includes(id))).toHaveLength(1);
    }
    expect(await Promise.all(untouched.map(team.get))).toEqual(before);

    expect(await reread()).toEqual({ read: 0, corrected: 0, missing: 1, failed: 0, done: true });
  });

  it('leaves a record alone whose file was replaced meanwhile, and goes on when one cannot be read', async () => {
    const team = teamOfFiles(library);
    const [replaced, unreadable, last] = [
      await oldFilm(library, team),
      await oldFilm(library, team),
      await oldFilm(library, team),
    ];
    const readMetadata: Team['deps']['readMetadata'] = async (...given) => {
      if ((await team.get(replaced)).kind === 'video')
        await team.replace(replaced, { name: 'photo.jpg', bytes: await photo(40, 30) });
      return team.deps.readMetadata(...given);
    };
    const head: Team['deps']['files']['head'] = async (key) => {
      if (key.includes(unreadable)) throw new Error('the bucket does not answer');
      return team.deps.files.head(key);
    };
    const { reread, failures } = reading(team, { readMetadata, files: { ...team.deps.files, head } });
    expect(await reread()).toMatchObject({ corrected: 1, failed: 1, done: true });
    expect(failures).toEqual([unreadable]);
    expect(await team.get(replaced)).toMatchObject({ kind: 'image', duration: null });
    expect((await team.get(unreadable)).duration).toBe(CLAIMS);
    expect((await team.get(last)).duration).toBe(PLAYS);

    expect(await reading(team).reread()).toMatchObject({ read: 1, corrected: 1, failed: 0 });
    expect((await team.get(unreadable)).duration).toBe(PLAYS);
  });
});
