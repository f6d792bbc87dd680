import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { analyzeMedia } from '../../../functions/media/analyze-media.ts';
import { metadataKey } from '../../../functions/table/keys.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';
import { aPrincipal } from '../../support/drivers/principal.ts';
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

const reading = (team: Team, change: Partial<Team['deps']> = {}) => {
  const deps = readingOf(team, change);
  const analyze = analyzeMedia(deps);
  const principal = aPrincipal({ teamId: team.teamId });
  return { heads: deps.heads, analyze: (id: string) => analyze({ input: { id }, principal }) };
};

describe('a film that older rules read', () => {
  it('is read again when it is asked for, and its record corrected once', async () => {
    const team = teamOfFiles(library);
    const id = await oldFilm(library, team);
    const before = await team.get(id);
    const { analyze, heads } = reading(team);
    const { record, metadata } = await analyze(id);
    expect([before.duration, record.duration, metadata.container?.duration]).toEqual([CLAIMS, PLAYS, PLAYS]);
    const after = await team.get(id);
    expect(after).toEqual(record);
    expect(after).toMatchObject({ duration: PLAYS, version: before.version + 1, fileVersion: before.fileVersion });

    expect((await analyze(id)).metadata.container?.duration).toBe(PLAYS);
    expect(await team.get(id)).toEqual(after);
    expect(heads).toHaveLength(1);
  });

  it('keeps what is known of it when nothing can be read of it now', async () => {
    const team = teamOfFiles(library);
    const id = await oldFilm(library, team);
    const before = await team.get(id);
    const readMetadata: Team['deps']['readMetadata'] = async (...given) => ({
      ...(await team.deps.readMetadata(...given)),
      container: null,
      video: null,
    });
    const { metadata } = await reading(team, { readMetadata }).analyze(id);
    expect(metadata).toMatchObject({ container: { duration: CLAIMS }, video: { codec: 'avc' } });
    expect(await team.get(id)).toEqual(before);
  });

  it('is left alone when another file takes its place meanwhile', async () => {
    const team = teamOfFiles(library);
    const id = await oldFilm(library, team);
    const said = await library.table.get(metadataKey(id));
    const picture = await photo(40, 30);
    const readMetadata: Team['deps']['readMetadata'] = async (...given) => {
      await team.replace(id, { name: 'photo.jpg', bytes: picture });
      return team.deps.readMetadata(...given);
    };
    await reading(team, { readMetadata }).analyze(id);
    const after = await team.get(id);
    expect(after).toMatchObject({ kind: 'image', width: 40, duration: null });
    expect(await library.table.get(metadataKey(id))).toEqual(said);
    expect(await team.deps.metadata.get(after)).toBeUndefined();
    expect(await checkLibrary(library.ops)).toEqual([]);
  });

  it('gives an upload that takes its content over a record whose file is read again too', async () => {
    const team = teamOfFiles(library);
    const id = await oldFilm(library, team);
    const taken = await team.announce({ name: 'again.mp4', bytes: await filmOfRecorder() }, { mimeType: 'video/mp4' });
    const { mediaId } = (await library.ops.items()).find(
      ({ sk, filename, teamId }) => sk === 'UPLOAD' && filename === 'again.mp4' && teamId === team.teamId,
    ) as { mediaId: string };
    expect([taken, mediaId === id]).toEqual([expect.anything(), false]);
    const { analyze } = reading(team);
    for (const each of [mediaId, id]) {
      expect((await team.get(each)).duration).toBe(CLAIMS);
      expect((await analyze(each)).record.duration).toBe(PLAYS);
    }
  });
});
