import { expect } from '@jest/globals';
import { countedFor } from '../../../functions/domain/counted-for.ts';
import type { NamedCredential } from '../../../functions/domain/principal.ts';
import { eventually } from '../drivers/eventually.ts';
import type { Operator } from '../drivers/operator.ts';
import { undrawn } from './drawn-keys.ts';
import { checkHolders, holding, placeOf } from './holder-check.ts';
import { checkTags } from './tag-check.ts';
import { openByCounter, totalsByTeam } from './team-totals.ts';

type Item = Record<string, unknown>;
const number = (value: unknown): number => Number(value ?? 0);

/**
 * The invariants when everything is quiet: records have their objects, objects their records, and counters equal a recount.
 * Answers one line for each violation.
 */
export const checkLibrary = async (ops: Operator): Promise<string[]> => {
  const [items, keys] = await Promise.all([ops.items(), ops.keys()]);
  const of = (sk: string) => items.filter((item) => item.sk === sk);
  const records = of('MEDIA');
  const sessions = of('UPLOAD');
  const wrong: string[] = undrawn(items);

  for (const record of records) {
    if (record.fileVersion === null) continue;
    const place = placeOf(record);
    const key = `originals/${place}`;
    if (!keys.includes(key)) {
      if (record.state === 'active') wrong.push(`active record ${record.id} has no object`);
      continue;
    }
    const head = await ops.head(key);
    if (head.ContentLength !== record.fileSize) wrong.push(`record ${record.id} and its object differ in size`);
    if (head.ContentType !== record.mimeType) wrong.push(`record ${record.id} and its object differ in type`);
    for (const name of Object.keys(record.renditions as object)) {
      const rendition = `renditions/${place}/${name}.webp`;
      if (name !== 'large' && !keys.includes(rendition)) wrong.push(`record ${record.id} lacks its ${name}`);
    }
  }

  const known = new Map(records.map((record) => [placeOf(record), record]));
  const open = new Set(
    sessions
      .filter(({ status }) => ['pending', 'processing', 'failed'].includes(String(status)))
      .map(({ teamId, mediaId, id }) => `${teamId}/${mediaId}/${id}`),
  );
  // Retained versions stay until they are released.
  const versions = items.filter(({ sk }) => String(sk).startsWith('VERSION#'));
  const left = new Set(versions.map(placeOf));
  for (const key of keys) {
    const place = key.split('/').slice(1, 4).join('/');
    if (!known.has(place) && !open.has(place) && !left.has(place)) wrong.push(`object ${key} belongs to nothing`);
  }

  for (const { id, teamId, mediaId } of sessions.filter(({ status }) => status === 'active')) {
    const stored = keys.includes(`originals/${teamId}/${mediaId}/${id}`);
    const place = `${teamId}/${mediaId}/${id}`;
    if (stored && !known.has(place) && !left.has(place)) wrong.push(`upload ${id} is active without a record`);
  }
  wrong.push(...checkNumbers(items, records));
  wrong.push(...checkHolders(items, records, versions));
  for (const { pk } of of('METADATA')) {
    if (!records.some((record) => record.pk === pk)) wrong.push(`metadata of ${pk} belongs to no record`);
  }
  wrong.push(...checkTags(items));
  for (const [id, count] of openByCounter(items)) wrong.push(...checkOpen(id, count, sessions));
  for (const [team, totals] of totalsByTeam(items)) wrong.push(...recount(team, totals, records, versions, sessions));
  return wrong;
};

/** Waits until it is quiet and all invariants hold: an outcome is announced before its last leftovers are removed. */
export const libraryHolds = (ops: Operator): Promise<void> =>
  eventually(async () => expect(await checkLibrary(ops)).toEqual([]));

/** Numbers lead to the record that has them, and to no other. */
const checkNumbers = (items: readonly Item[], records: readonly Item[]): string[] => {
  const ways = new Map(items.filter(({ sk }) => sk === 'ALIAS').map(({ pk, mediaId }) => [pk, mediaId]));
  const numbered = records.filter(({ alias }) => alias !== undefined);
  return [
    ...numbered.flatMap(({ id, alias }) =>
      ways.get(`ALIAS#${alias}`) === id ? [] : [`the number ${alias} of record ${id} does not lead to it`],
    ),
    ...(ways.size === numbered.length ? [] : [`${ways.size} numbers lead to ${numbered.length} records`]),
  ];
};

/** The number of unfinished uploads of a person, or of their keys, is that of those that are pending. */
const checkOpen = (id: string, count: number, sessions: readonly Item[]): string[] => {
  const counts = ({ status, userId, by }: Item): boolean =>
    status === 'pending' && countedFor(String(userId), by as NamedCredential | undefined).id === id;
  const pending = sessions.filter(counts).length;
  return count === pending ? [] : [`${id} has ${pending} open uploads, counted ${count}`];
};

const recount = (
  team: string,
  totals: Item,
  records: readonly Item[],
  versions: readonly Item[],
  sessions: readonly Item[],
): string[] => {
  const mine = records.filter(({ teamId }) => teamId === team);
  const active = mine.filter(({ state }) => state === 'active');
  // A shared object is stored once.
  const objects = new Map(
    holding(records, versions)
      .filter(({ teamId }) => teamId === team)
      .map((item) => [placeOf(item), number(item.fileSize)]),
  );
  const bytes = [...objects.values()].reduce((sum, size) => sum + size, 0);
  const promised = sessions
    .filter(
      ({ teamId, status, duePk }) =>
        teamId === team &&
        (status === 'pending' || status === 'processing' || (status === 'failed' && duePk !== undefined)),
    )
    .reduce((sum, { fileSize }) => sum + number(fileSize), 0);
  const becoming = sessions.filter(
    ({ teamId, status, replaces }) =>
      teamId === team && (status === 'pending' || status === 'processing') && replaces === undefined,
  );
  const expected: Record<string, number> = {
    activeAll: active.length,
    activeImage: active.filter(({ kind }) => kind === 'image').length,
    activeDocument: active.filter(({ kind }) => kind === 'document').length,
    deletedAll: mine.filter(({ state }) => state === 'deleted').length,
    bytes,
    committed: bytes + promised,
    records: mine.length + becoming.length,
  };
  return Object.entries(expected).flatMap(([name, count]) =>
    number(totals[name]) === count
      ? []
      : [`team ${team}: ${name} is ${number(totals[name])}, a recount gives ${count}`],
  );
};
