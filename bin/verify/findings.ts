import { countedFor } from '../../functions/domain/counted-for.ts';
import type { NamedCredential } from '../../functions/domain/principal.ts';
import { GUEST_TEAM } from '../../functions/domain/shares.ts';
import { checkHolders, holding, placeOf } from './holders.ts';
import { checkTags } from './tags.ts';
import { openByCounter, totalsByTeam } from './totals.ts';

type Item = Record<string, unknown>;
const number = (value: unknown): number => Number(value ?? 0);

/** An object of the bucket, as a list has it. */
export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** What was read of a library. */
export interface Reading {
  readonly items: readonly Item[];
  readonly objects: readonly ListedObject[];
  /** Objects that are younger may belong to nothing yet. */
  readonly youngSince: Date;
}

/**
 * What does not add up in a library in which nothing happens: records have their objects, objects their records, and counters
 * equal a recount. One line for each fault.
 */
export const findingsIn = ({ items, objects, youngSince }: Reading): readonly string[] => {
  const of = (sk: string) => items.filter((item) => item.sk === sk);
  const [records, sessions] = [of('MEDIA'), of('UPLOAD')];
  const versions = items.filter(({ sk }) => String(sk).startsWith('VERSION#'));
  const recordKeys = new Set(records.map(({ pk }) => pk));
  const lost = of('METADATA').filter(({ pk }) => !recordKeys.has(pk));
  return [
    ...checkRecords(records, objects),
    ...checkObjects({ records, sessions, versions }, objects, youngSince),
    ...checkNumbers(items, records),
    ...checkHolders(items, records, versions),
    ...lost.map(({ pk }) => `metadata of ${pk} belongs to no record`),
    ...checkTags(items),
    ...checkTeams(items),
    ...[...openByCounter(items)].flatMap(([id, count]) => checkOpen(id, count, sessions)),
    ...checkTotals(items, { records, sessions, versions }),
  ];
};

/** Each active record has its object, with its size, and its stored renditions. */
const checkRecords = (records: readonly Item[], objects: readonly ListedObject[]): string[] => {
  const sizes = new Map(objects.map(({ key, size }) => [key, size]));
  return records
    .filter(({ fileVersion }) => fileVersion !== null)
    .flatMap((record) => {
      const place = placeOf(record);
      const size = sizes.get(`originals/${place}`);
      if (size === undefined) return record.state === 'active' ? [`active record ${record.id} has no object`] : [];
      const lacking = Object.keys(record.renditions as object).filter(
        (name) => name !== 'large' && !sizes.has(`renditions/${place}/${name}.webp`),
      );
      return [
        ...(size === record.fileSize ? [] : [`record ${record.id} and its object differ in size`]),
        ...lacking.map((name) => `record ${record.id} lacks its ${name}`),
      ];
    });
};

interface Parts {
  readonly records: readonly Item[];
  readonly sessions: readonly Item[];
  readonly versions: readonly Item[];
}

/** Lifecycle rules remove these objects after a day, and run once a day. */
const SHORT_LIVED = /^(?:inbox|forms)\//;
const RULE_MS = 48 * 3_600_000;

/** Each object belongs to a record, an upload or a retained version, and each finished upload has become a record. */
const checkObjects = (
  { records, sessions, versions }: Parts,
  objects: readonly ListedObject[],
  youngSince: Date,
): string[] => {
  // Retained versions stay until they are released.
  const held = new Set([...records, ...versions].map(placeOf));
  const open = new Set(
    sessions
      .filter(({ status }) => ['pending', 'processing', 'failed'].includes(String(status)))
      .map(({ teamId, mediaId, id }) => `${teamId}/${mediaId}/${id}`),
  );
  const alone = objects.filter(({ key, lastModified }) => {
    const file = key.split('/').slice(1, 4).join('/');
    const since = youngSince.getTime() - (SHORT_LIVED.test(key) ? RULE_MS : 0);
    return !held.has(file) && !open.has(file) && lastModified.getTime() < since;
  });
  const keys = new Set(objects.map(({ key }) => key));
  const without = sessions.filter(({ status, teamId, mediaId, id }) => {
    const place = `${teamId}/${mediaId}/${id}`;
    return status === 'active' && keys.has(`originals/${place}`) && !held.has(place);
  });
  return [
    ...alone.map(({ key }) => `object ${key} belongs to nothing`),
    ...without.map(({ id }) => `upload ${id} is active without a record`),
  ];
};

/**
 * Each team with members has an owner, and each membership is in both of its places. Guests have neither for long, and what is
 * left of a dissolved team has no member.
 */
const checkTeams = (items: readonly Item[]): string[] => {
  const all = items.filter(({ pk, sk }) => !`${pk} ${sk}`.includes(`#${GUEST_TEAM}`));
  const members = all.filter(({ pk, sk }) => String(pk).startsWith('TEAM#') && String(sk).startsWith('MEMBER#'));
  const owned = new Set(members.filter(({ role }) => role === 'owner').map(({ pk }) => pk));
  const there = members.map(({ pk, sk, role }) => `${pk} ${sk} ${role}`);
  const back = all
    .filter(({ pk, sk }) => String(pk).startsWith('USER#') && String(sk).startsWith('MEMBER#'))
    .map(({ pk, sk, role }) => `TEAM#${String(sk).slice(7)} MEMBER#${String(pk).slice(5)} ${role}`);
  const [one, other] = [new Set(there), new Set(back)];
  return [
    ...[...new Set(members.map(({ pk }) => pk))].filter((pk) => !owned.has(pk)).map((pk) => `${pk} has no owner`),
    ...there.filter((line) => !other.has(line)).map((line) => `${line} is not at the user`),
    ...back.filter((line) => !one.has(line)).map((line) => `${line} is not at the team`),
  ];
};

const checkTotals = (items: readonly Item[], { records, sessions, versions }: Parts): string[] => {
  const byTeam = (all: readonly Item[]) => Map.groupBy(all, ({ teamId }) => String(teamId));
  const [recordsOf, sessionsOf, versionsOf] = [byTeam(records), byTeam(sessions), byTeam(versions)];
  return [...totalsByTeam(items)].flatMap(([team, totals]) =>
    recount(team, totals, recordsOf.get(team) ?? [], versionsOf.get(team) ?? [], sessionsOf.get(team) ?? []),
  );
};

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
