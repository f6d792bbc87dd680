import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { checkRanks } from '../../../bin/verify/ranks.ts';
import { checkTerms } from '../../../bin/verify/tags.ts';
import { signingKey } from '../../../functions/accounts/signing-keys.ts';
import type { MediaRecord } from '../../../functions/domain/media.ts';
import type { OrderBy } from '../../../functions/domain/ports.ts';
import { matchesTerm, queryWords, termsOf } from '../../../functions/domain/terms.ts';
import { listMedia as listPage, recordsOf } from '../../../functions/library/media-list.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { rankWriter } from '../../../functions/library/rank-writer.ts';
import { dropGoneTag, retag } from '../../../functions/library/retag.ts';
import { dynamoTags, showTags } from '../../../functions/library/tag-store.ts';
import { dynamoTermIndex } from '../../../functions/library/term-index.ts';
import { type ListMedia, listMedia } from '../../../functions/media/list-media.ts';
import { signedCursors } from '../../../functions/media/page-cursors.ts';
import { indexMedia } from '../../../functions/search/index-media.ts';
import { indexRecords } from '../../../functions/search/index-records.ts';
import type { IndexJob } from '../../../functions/search/index-task.ts';
import { queueChanges } from '../../../functions/search/queue-changes.ts';
import { SEARCH_LIMITS, searchMedia } from '../../../functions/search/search-media.ts';
import { dynamoSearch } from '../../../functions/search/search-store.ts';
import { listingKeys } from '../../../functions/table/index-keys.ts';
import { backfillTag } from '../../../functions/tags/backfill-tag.ts';
import { createTag } from '../../../functions/tags/create-tag.ts';
import { dynamoTagWork } from '../../../functions/tags/tag-backfill-store.ts';
import { checkLibrary } from '../../support/checks/library-check.ts';
import { messageOf } from '../../support/drivers/index-messages.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';
import { runsOfTable } from '../../support/drivers/table-engine.ts';

let library: Library;
beforeAll(async () => {
  library = await startLibrary();
});
afterAll(() => library?.stop());

const NAMES = [
  'Sunset_Beach01.jpg',
  'summerVacation.png',
  'IMG_2024.jpg',
  'Été à Paris.jpg',
  'report.pdf',
  'beach.jpg',
];
const TEXTS = [null, 'A quiet beach', 'Sun and sea, 2024', 'the Report of summer', 'évian'];
const TAGS = ['Brand', 'Summer 2024', 'Sea'];
const QUERIES = [
  'beach',
  'each',
  'sun',
  'sum',
  'summer 2024',
  'sea',
  'PARIS',
  'ete a',
  'quie',
  'uiet',
  '20',
  '%',
  'jpg beach',
  'brand',
];

const step = fc.oneof(
  fc.record({ do: fc.constant('create' as const), name: fc.constantFrom(...NAMES), text: fc.constantFrom(...TEXTS) }),
  fc.record({ do: fc.constant('edit' as const), at: fc.nat(30), text: fc.constantFrom(...TEXTS) }),
  fc.record({ do: fc.constant('tag' as const), at: fc.nat(30), tags: fc.subarray([0, 1, 2]) }),
  fc.record({ do: fc.constant('delete' as const), at: fc.nat(30) }),
  fc.record({ do: fc.constant('restore' as const), at: fc.nat(30) }),
  fc.record({ do: fc.constant('rename' as const), tag: fc.nat(2), name: fc.constantFrom(...TAGS, 'Quartz') }),
  fc.record({ do: fc.constant('removeTag' as const), tag: fc.nat(2) }),
  // Batches of the stream: which of the changes so far, once or twice, in any order.
  fc.record({ do: fc.constant('deliver' as const), picks: fc.array(fc.nat(60), { maxLength: 6 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const question = fc.record({
  kind: fc.constantFrom(undefined, 'image' as const, 'document' as const),
  orderBy: fc.constantFrom<OrderBy>('createdAt', 'filename', 'fileSize'),
  orderDir: fc.constantFrom('asc' as const, 'desc' as const),
  limit: fc.integer({ min: 1, max: 7 }),
  offset: fc.integer({ min: 0, max: 6 }),
  query: fc.option(fc.constantFrom(...QUERIES), { nil: undefined }),
  tags: fc.option(fc.subarray([0, 1, 2], { minLength: 1 }), { nil: undefined }),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** Ranks are cut and dropped all the time. */
const LARGEST_BUCKET = 3;

/** Limits by which no word and no tag is read whole. */
const NOTHING_WHOLE = { entries: 0, checked: 0, walked: 3, entriesAfterWalk: 0 };

/** A team of its own, the real stores, and a plain model beside them. */
const world = async (limits: typeof SEARCH_LIMITS) => {
  const { table } = library;
  const teamId = crypto.randomUUID();
  const principal = {
    teamId,
    teams: [{ teamId, role: 'owner' }],
    scopes: new Set(['media:read', 'media:update']),
  } as never;
  const [media, tags, show] = [dynamoMedia(table), dynamoTags(table), showTags(table)];
  const reading = dynamoSearch(table);
  const index = indexRecords({
    records: (ids) => recordsOf(table, { state: 'active' }, ids, { consistent: true }),
    index: dynamoTermIndex(table, rankWriter(table, LARGEST_BUCKET)),
    tagNames: reading.tagNames,
  });
  let time = Date.parse('2026-01-01T00:00:00Z');
  const clock = () => {
    time += 1000;
    return new Date(time);
  };
  const through = backfillTag({
    work: dynamoTagWork(table),
    dropGoneTag: dropGoneTag(table),
    indexRecords: index,
    clock,
  });
  const consume = indexMedia({ indexRecords: index, backfillTag: through, queue: { retry: async () => {} } });
  const list = listMedia({
    // Every offset is a large one.
    media: { list: (query) => listPage(table, query, 0) },
    tags,
    search: searchMedia(reading, limits),
    show,
    cursors: signedCursors(async () => [signingKey('secret')]),
  });

  const model = new Map<string, MediaRecord>();
  const names: (string | undefined)[] = [...TAGS];
  const ids: string[] = [];
  const tagIds: string[] = [];
  const changes: { pk: string; sk: string }[] = [];
  for (const name of TAGS) {
    const input = { name: `${name} ${teamId}` };
    const tag = await createTag({ tags, newId: () => crypto.randomUUID(), clock })({ input, principal });
    tagIds.push(tag.id);
    await tags.edit(tag, { name }, clock().toISOString());
  }
  const deliver = async (keys: readonly { pk: string; sk: string }[]) => {
    const jobs: IndexJob[] = [];
    const add = async (some: readonly IndexJob[]) => {
      jobs.push(...some);
      return new Set<string>();
    };
    const image = { teamId: { S: teamId } };
    const changed = ({ pk, sk }: { pk: string; sk: string }) => ({
      Keys: { pk: { S: pk }, sk: { S: sk } },
      NewImage: image,
    });
    await queueChanges({ queue: { add } })(keys.map((key) => ({ dynamodb: changed(key) })));
    const messages = jobs.map(({ task, group, id }) => messageOf(task, group, id));
    const { batchItemFailures } = await consume({ Records: messages });
    expect(batchItemFailures).toEqual([]);
  };

  const apply = async (each: Step): Promise<void> => {
    const at = clock().toISOString();
    if (each.do === 'deliver') return deliver(each.picks.flatMap((pick) => changes[pick] ?? []));
    if (each.do === 'rename' || each.do === 'removeTag') {
      const [tag] = await tags.get([tagIds[each.tag] ?? '']);
      if (!tag) return;
      if (each.do === 'rename') {
        const isTaken = names.some((name, index) => name === each.name && index !== each.tag);
        const renamed = tags.edit(tag, { name: each.name }, at);
        if (isTaken) return expect(renamed).rejects.toMatchObject({ code: 'CONFLICT' });
        await renamed;
      } else await tags.remove(tag);
      names[each.tag] = each.do === 'rename' ? each.name : undefined;
      changes.push({ pk: `TAG#${tag.id}`, sk: 'WORK' });
      return;
    }
    if (each.do === 'create') {
      const kind = each.name.endsWith('pdf') ? 'document' : 'image';
      const fileSize = 1000 + ((model.size * 37) % 5);
      const record = aRecord({
        teamId,
        kind,
        filename: each.name,
        fileSize,
        alt: each.text,
        createdAt: at,
        externalUrl: 'https://example.com',
      });
      await media.create(record, 1000);
      model.set(record.id, record);
      ids.push(record.id);
      changes.push({ pk: `MEDIA#${record.id}`, sk: 'MEDIA' });
      return;
    }
    const record = model.get(ids[each.at % Math.max(1, ids.length)] ?? '');
    if (!record) return;
    changes.push({ pk: `MEDIA#${record.id}`, sk: 'MEDIA' });
    const isActive = record.state === 'active';
    if (each.do === 'edit') {
      const edited = await media.edit(record.id, { caption: each.text }, at);
      expect(edited !== undefined).toBe(isActive);
      if (isActive) model.set(record.id, { ...record, caption: each.text });
    }
    if (each.do === 'tag') {
      const wanted = each.tags.filter((tag) => names[tag] !== undefined).map((tag) => tagIds[tag] ?? '');
      const tagged = await retag(table)(record.id, () => wanted, at);
      expect(tagged !== undefined).toBe(isActive);
      if (isActive) model.set(record.id, { ...record, tagIds: wanted });
    }
    if (each.do === 'delete' || each.do === 'restore') {
      const current = await media.get(record.id);
      const moved =
        current && (each.do === 'delete' ? await media.softDelete(current, at, at) : await media.restore(current, at));
      expect(moved).toBe(isActive === (each.do === 'delete'));
      if (moved) model.set(record.id, { ...record, state: each.do === 'delete' ? 'deleted' : 'active' });
    }
  };

  const expected = ({ kind, orderBy, orderDir, query, tags: wanted }: Question): string[] => {
    const attribute = { createdAt: 'createdSk', filename: 'filenameSk', fileSize: 'sizeSk' }[orderBy];
    const words = query === undefined ? [] : queryWords(query);
    if (query !== undefined && words.length === 0) return [];
    const matches = (record: MediaRecord): boolean => {
      const own = record.tagIds.flatMap((id) => names[tagIds.indexOf(id)] ?? []);
      const terms = termsOf(record, own);
      return (
        record.state === 'active' &&
        (kind === undefined || record.kind === kind) &&
        (wanted ?? []).every((tag) => names[tag] !== undefined && record.tagIds.includes(tagIds[tag] ?? '')) &&
        words.every((word) => matchesTerm(terms, word))
      );
    };
    const sorted = [...model.values()]
      .filter(matches)
      .map((record) => [listingKeys(record)[attribute] ?? '', record.id]);
    sorted.sort(([one = ''], [other = '']) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    return (orderDir === 'asc' ? sorted : sorted.reverse()).map(([, id = '']) => id);
  };

  const ask = ({ query, tags: wanted, ...page }: Question, cursor?: string) => {
    const words = query === undefined ? undefined : queryWords(query);
    const input: ListMedia = { ...page, words, tagIds: wanted?.map((tag) => tagIds[tag] ?? ''), cursor };
    return list({ input, principal });
  };
  const catchUp = async () => {
    for (let round = 0; round < 3; round += 1) await deliver(changes);
  };
  return { apply, ask, expected, catchUp };
};

describe('the library', () => {
  it.each([
    ['', SEARCH_LIMITS],
    [', with every word common', { ...SEARCH_LIMITS, entries: 2, checked: 1, walked: 3, entriesAfterWalk: 4 }],
    [', with every word and pair common', { ...SEARCH_LIMITS, ...NOTHING_WHOLE }],
    [', page by page, with walks that end early', { ...NOTHING_WHOLE, walkedAtLast: 2 }],
  ])(
    'answers lists, searches, filters, totals and pages as a plain model does%s',
    async (_, limits) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 25 }),
          fc.array(question, { minLength: 4, maxLength: 8 }),
          async (steps, questions) => {
            const { apply, ask, expected, catchUp } = await world(limits);
            for (const each of steps) await apply(each);
            await catchUp();
            for (const each of questions) {
              const all = expected(each);
              if (limits.walkedAtLast === SEARCH_LIMITS.walkedAtLast) {
                const page = await ask(each);
                expect(page.items.map(({ id }) => id)).toEqual(all.slice(each.offset, each.offset + each.limit));
                // What is too common to be counted says so; everything else is exact.
                if (limits === SEARCH_LIMITS) expect(page.totalIsExact).toBe(true);
                if (page.totalIsExact) expect(page.total).toBe(all.length);
                else expect(page.total).toBeLessThanOrEqual(Math.max(all.length, limits.entries));
              }
              const walked: string[] = [];
              let cursor: string | undefined;
              do {
                const next = await ask({ ...each, offset: 0 }, cursor);
                walked.push(...next.items.map(({ id }) => id));
                cursor = next.nextCursor;
              } while (cursor);
              expect(walked).toEqual(all);
            }
          },
        ),
        { numRuns: runsOfTable(25) },
      );
      expect(await checkLibrary(library.ops).then((wrong) => wrong.filter((line) => !line.includes('object')))).toEqual(
        [],
      );
      const items = await library.ops.items();
      expect([...checkTerms(items), ...checkRanks(items)]).toEqual([]);
    },
    300_000,
  );
});
