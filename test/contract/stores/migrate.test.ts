import { readFileSync } from 'node:fs';
import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkRanks } from '../../../bin/verify/ranks.ts';
import { checkTerms } from '../../../bin/verify/tags.ts';
import { isOfMembership } from '../../../functions/domain/team-rules.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { migrate } from '../../../functions/lifecycle/migrate.ts';
import { MIGRATIONS } from '../../../functions/lifecycle/migrations.ts';
import { dataVersionKey } from '../../../functions/table/keys.ts';
import { dynamoTeams } from '../../../functions/teams/team-store.ts';
import { type Library, startLibrary } from '../../support/drivers/library.ts';

type Raw = Record<string, AttributeValue>;
/** A library that the code wrote before its data had a version. */
const ITEMS = JSON.parse(
  readFileSync(new URL('../../fixtures/library/version-0.json', import.meta.url), 'utf8'),
) as readonly Raw[];

let library: Library;
beforeEach(async () => {
  library = await startLibrary();
  for (const Item of ITEMS) await library.dynamo.send(new PutItemCommand({ TableName: library.table.name, Item }));
});
afterEach(() => library?.stop());

const run = (hasTime: () => boolean = () => true, page = 500) =>
  migrate({ table: library.table, migrations: MIGRATIONS, page })(hasTime);
const keys = async () => (await library.ops.items()).filter(({ sk }) => sk === 'APIKEY');
const newest = MIGRATIONS.at(-1)?.version ?? 0;

describe('migrating a library that older code wrote', () => {
  it('brings it to the version of the code, and changes nothing else', async () => {
    const before = await library.ops.items();
    expect((await keys()).filter(({ memberSince }) => memberSince === undefined)).toHaveLength(1);
    expect(await run()).toEqual({ version: newest, items: ITEMS.length, changed: 1, done: true });
    const after = await library.ops.items();
    const without = (items: readonly Record<string, unknown>[]) =>
      items
        .filter(({ pk }) => pk !== dataVersionKey.pk)
        .map(({ memberSince: _, ...item }) => item)
        .toSorted((one, other) => `${one.pk} ${one.sk}`.localeCompare(`${other.pk} ${other.sk}`));
    expect(without(after)).toEqual(without(before));
    for (const key of await keys()) {
      const member = await dynamoTeams(library.table).member(String(key.teamId), String(key.userId));
      const setUp = { createdAt: String(key.createdAt), memberSince: String(key.memberSince) };
      expect(isOfMembership({ role: 'owner', since: member?.createdAt ?? '' }, setUp)).toBe(true);
    }
  });

  it('leaves a library that today’s code lists, ranks and finds', async () => {
    await run();
    const items = await library.ops.items();
    expect([...checkTerms(items), ...checkRanks(items)]).toEqual([]);
    const teamId = String((await keys())[0]?.teamId);
    const { items: listed } = await dynamoMedia(library.table).list({
      ...{ teamIds: [teamId], state: 'active', orderBy: 'filename', orderDir: 'asc', limit: 10, offset: 0 },
    });
    expect(listed.map(({ filename }) => filename)).toEqual(['film.mp4', 'harbour.jpg', 'report.pdf']);
  });

  it('goes on where it stopped, beside callers that write, and has nothing to do the second time', async () => {
    const first = await run(() => false, 5);
    expect(first).toMatchObject({ version: 0, items: 5, done: false });
    const [older] = (await keys()).filter(({ memberSince }) => memberSince === undefined);
    // A key that is revoked meanwhile does not come back.
    await library.table.remove({ pk: String(older?.pk), sk: 'APIKEY' });
    let calls = 1;
    let last = first;
    while (!last.done) {
      last = await run(() => false, 5);
      calls += 1;
    }
    expect(calls).toBeGreaterThan(5);
    expect(last.version).toBe(newest);
    expect((await keys()).some(({ pk }) => pk === older?.pk)).toBe(false);
    expect(await run()).toEqual({ version: newest, items: 0, changed: 0, done: true });
  });

  it('is done once by two callers at once', async () => {
    const both = await Promise.all([run(() => true, 7), run(() => true, 7)]);
    expect(both.map(({ version, done }) => [version, done])).toEqual([
      [newest, true],
      [newest, true],
    ]);
    expect(both.reduce((sum, { changed }) => sum + changed, 0)).toBe(1);
  });

  it('is refused by code that is older than the data', async () => {
    await library.table.put({ Item: { ...dataVersionKey, version: newest + 1 } });
    await expect(run()).rejects.toThrow('deploy the newer code again');
    expect(await library.table.get(dataVersionKey)).toMatchObject({ version: newest + 1 });
  });
});

describe('the steps', () => {
  it('count from 1 without gaps, so that each version has one way to the next', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });
});
