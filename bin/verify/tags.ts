import { termsOf, termsOfName } from '../../functions/domain/terms.ts';
import { mediaRecord } from '../../functions/library/media-item.ts';
import { listingKeys } from '../../functions/table/index-keys.ts';
import { tagNameKey, termKey } from '../../functions/table/keys.ts';

type Item = Record<string, unknown>;

const startsWith = (value: unknown, prefix: string): boolean => String(value).startsWith(prefix);

const partsOf = (items: readonly Item[]) => ({
  records: items.filter(({ sk }) => sk === 'MEDIA').map(mediaRecord),
  tags: items.filter(({ pk, sk }) => sk === 'TAG' && startsWith(pk, 'TAG#')),
  slugs: items.filter(({ pk, sk }) => startsWith(pk, 'TEAM#') && startsWith(sk, 'TAG#')),
  tagged: items.filter(({ pk, sk }) => startsWith(pk, 'TAG#') && startsWith(sk, 'MEDIA#')),
});

/** The invariants of tags at any time: both copies, entries and counters equal a recompute, in both directions. */
export const checkTags = (items: readonly Item[]): string[] => {
  const { records, tags, slugs, tagged } = partsOf(items);
  const wrong: string[] = [];
  const bySlug = new Map(slugs.map((item) => [`${item.pk} ${item.sk}`, item]));
  if (slugs.length !== tags.length) wrong.push(`${tags.length} tags have ${slugs.length} slugs`);
  const expected = new Map<string, string>();
  const byTag = Map.groupBy(
    records.flatMap((record) => record.tagIds.map((tagId) => ({ tagId, record }))),
    ({ tagId }) => tagId,
  );
  for (const tag of tags) {
    const copy = bySlug.get(`TEAM#${tag.teamId} TAG#${tag.slug}`);
    for (const field of ['id', 'name', 'color', 'order', 'isActive', 'updatedAt'])
      if (copy?.[field] !== tag[field]) wrong.push(`tag ${tag.id} and its slug differ in ${field}`);
    const mine = (byTag.get(String(tag.id)) ?? []).map(({ record }) => record);
    for (const record of mine) {
      if (record.teamId !== tag.teamId) wrong.push(`record ${record.id} has the tag of another team`);
      const range = `tag#${tag.id}#${record.state}`;
      const createdAt = record.deletedAt ?? record.createdAt;
      const { createdSk, filenameSk, sizeSk } = listingKeys({ ...record, createdAt });
      const place = [record.kind, range, `${range}#${record.kind}`, createdSk, filenameSk, sizeSk];
      expected.set(`TAG#${tag.id} MEDIA#${record.id}`, JSON.stringify(place));
    }
    const count = (match: (record: (typeof mine)[number]) => boolean) => mine.filter(match).length;
    const counted = {
      activeAll: count(({ state }) => state === 'active'),
      activeImage: count(({ state, kind }) => state === 'active' && kind === 'image'),
      activeDocument: count(({ state, kind }) => state === 'active' && kind === 'document'),
      deletedAll: count(({ state }) => state === 'deleted'),
    };
    for (const [name, number] of Object.entries(counted))
      if (Number(tag[name] ?? 0) !== number)
        wrong.push(`tag ${tag.id}: ${name} is ${tag[name]}, a recount gives ${number}`);
  }
  wrong.push(...checkNames(items, tags));
  const known = new Set(tags.map(({ id }) => `TAG#${id}`));
  for (const item of tagged) {
    const key = `${item.pk} ${item.sk}`;
    // The leftovers of a removed tag are updated later.
    if (!known.has(String(item.pk))) continue;
    const place = [item.kind, item.listPk, item.kindPk, item.createdSk, item.filenameSk, item.sizeSk];
    if (expected.get(key) !== JSON.stringify(place)) wrong.push(`${key} is not where its record is`);
    expected.delete(key);
  }
  for (const item of items.filter(({ sk, state }) => sk === 'MEDIA' && state !== 'purging')) {
    const record = mediaRecord(item);
    const { listPk, kindPk, createdSk, filenameSk, sizeSk } = listingKeys({
      ...record,
      createdAt: record.deletedAt ?? record.createdAt,
    });
    for (const [name, value] of Object.entries({ listPk, kindPk, createdSk, filenameSk, sizeSk }))
      if (item[name] !== value) wrong.push(`record ${record.id} is listed by ${name} ${item[name]}, not ${value}`);
  }
  return [...wrong, ...[...expected.keys()].map((key) => `${key} is missing`)];
};

/** Each tag is led to by its name, and each entry of a name leads to a tag that has it. */
const checkNames = (items: readonly Item[], tags: readonly Item[]): string[] => {
  const entries = items.filter(({ sk }) => startsWith(sk, 'TAGNAME#'));
  const shown = (pk: unknown, sk: unknown, id: unknown) => `${pk} ${sk} leads to ${id}`;
  const expected = new Set(
    tags.map(({ teamId, name, id }) => {
      const { pk, sk } = tagNameKey(String(teamId), String(name));
      return shown(pk, sk, id);
    }),
  );
  const present = new Set(entries.map(({ pk, sk, id }) => shown(pk, sk, id)));
  return [
    ...[...expected].filter((line) => !present.has(line)).map((line) => `not so: ${line}`),
    ...[...present].filter((line) => !expected.has(line)).map((line) => `no such tag: ${line}`),
  ];
};

/** The invariant of search once the stream is quiet: terms and their entries equal a recompute, in both directions. */
export const checkTerms = (items: readonly Item[]): string[] => {
  const { records, tags } = partsOf(items);
  const names = new Map(tags.map(({ id, name }) => [id, String(name)]));
  const entries = new Map(
    items.flatMap((item) => {
      if (!startsWith(item.pk, 'TERM#')) return [];
      const id = String(item.sk).replace(/^.*#/, '');
      const places = [item.created, item.named, item.sized].map((value) => `${value}#${id}`);
      return [[`${item.pk} ${item.sk}`, JSON.stringify([item.kind, item.beside ?? false, ...places])]];
    }),
  );
  const wrong: string[] = [];
  const lists = new Map(items.filter(({ sk }) => sk === 'TERMS').map((item) => [String(item.pk).slice(6), item]));
  for (const record of records.filter(({ state }) => state === 'active')) {
    const terms = termsOf(
      record,
      record.tagIds.flatMap((id) => names.get(id) ?? []),
    );
    const list = [...((lists.get(record.id)?.terms as string[] | undefined) ?? [])];
    if (list.toSorted().join() !== terms.toSorted().join())
      wrong.push(`terms of ${record.id} are ${list}, not ${terms}`);
    lists.delete(record.id);
    const { createdSk, filenameSk, sizeSk } = listingKeys(record);
    const nameTerms = termsOfName(record.filename);
    for (const term of terms) {
      const { pk, sk } = termKey(record.teamId, term, record.id);
      const key = `${pk} ${sk}`;
      if (entries.get(key) !== JSON.stringify([record.kind, !nameTerms.includes(term), createdSk, filenameSk, sizeSk]))
        wrong.push(`${key} is wrong`);
      entries.delete(key);
    }
  }
  return [
    ...wrong,
    ...[...lists.keys()].map((id) => `${id} has terms and is not listed`),
    ...[...entries.keys()].map((key) => `${key} leads nowhere`),
  ];
};
