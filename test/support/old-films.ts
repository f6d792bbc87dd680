import { mediaKey, metadataKey } from '../../functions/table/keys.ts';
import { fixture } from './fixtures.ts';
import type { Library } from './library.ts';
import { shortHeader } from './recordings.ts';
import type { teamOfFiles } from './team-of-files.ts';

export type Team = ReturnType<typeof teamOfFiles>;

/** Seconds that the film plays, and that its header claims. */
export const PLAYS = 2.08;
export const CLAIMS = 0.13;

/** A film whose header claims another duration than it has. */
export const filmOfRecorder = async (): Promise<Buffer> => shortHeader(await fixture('video/fragmented.mp4'));

const NAMES = { '#duration': 'duration' };
const VALUES = { ':claims': CLAIMS };

/** Uploads the film, and has it stored as versions stored it that believed headers; answers the id of its record. */
export const oldFilm = async ({ table }: Library, team: Team): Promise<string> => {
  const { id } = await team.upload({ name: 'film.mp4', bytes: await filmOfRecorder() });
  await table.update({
    Key: metadataKey(id),
    UpdateExpression: 'SET metadata.container.#duration = :claims REMOVE #rules',
    ExpressionAttributeNames: { ...NAMES, '#rules': 'rules' },
    ExpressionAttributeValues: VALUES,
  });
  await table.update({
    Key: mediaKey(id),
    UpdateExpression: 'SET #duration = :claims',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: VALUES,
  });
  return id;
};

/** What analysis needs on the files of a team, with the keys of the objects that it read. */
export const readingOf = (team: Team, change: Partial<Team['deps']> = {}) => {
  const heads: string[] = [];
  const deps = { ...team.deps, ...change };
  const head: Team['deps']['files']['head'] = (key) => {
    heads.push(key);
    return deps.files.head(key);
  };
  return { ...deps, files: { ...deps.files, head }, heads };
};
