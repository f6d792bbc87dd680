import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoAttempts } from '../../../functions/accounts/attempt-store.ts';
import { dynamoIdempotency } from '../../../functions/http/idempotency-store.ts';
import { dynamoRateCounter } from '../../../functions/http/rate-counter.ts';
import { dynamoMedia } from '../../../functions/library/media-store.ts';
import { dynamoBegunChannels } from '../../../functions/realtime/begun-channels.ts';
import { dynamoChannelLeases } from '../../../functions/realtime/channel-lease-store.ts';
import { dynamoPlaceCounter } from '../../../functions/realtime/place-counter.ts';
import { dynamoClaims } from '../../../functions/table/claim-store.ts';
import { placesKey, textKey } from '../../../functions/table/keys.ts';
import { dynamoLeases } from '../../../functions/table/lease-store.ts';
import { openTable, type Table } from '../../../functions/table/table.ts';
import { dynamoTexts } from '../../../functions/text/text-store.ts';
import { aRecord, type Library, startLibrary } from '../../support/drivers/library.ts';

let library: Library;
/** A table that does each write twice, as the SDK has it do when the first answer is lost. */
let table: Table;
let repeated: number;
beforeAll(async () => {
  library = await startLibrary();
  const { dynamo } = library;
  const send = async (command: Parameters<typeof dynamo.send>[0]) => {
    const isRead = /^(Get|Query|BatchGet)/.test(command.constructor.name);
    if (!isRead) {
      repeated += 1;
      await dynamo.send(command);
    }
    return dynamo.send(command);
  };
  table = openTable(library.table.name, { send } as unknown as typeof dynamo);
  repeated = 0;
});
afterAll(() => library?.stop());

const AT = '2026-02-01T00:00:00.000Z';

describe('a write whose answer was lost, and which the SDK repeats', () => {
  it('is one edit of a record, and answered as one', async () => {
    const record = aRecord({ teamId: crypto.randomUUID() });
    await dynamoMedia(library.table).create(record, 1000);
    const before = repeated;
    const edited = await dynamoMedia(table).edit(record.id, { title: 'once' }, AT);
    expect(repeated).toBe(before + 1);
    expect(edited).toMatchObject({ title: 'once', version: record.version + 1, updatedAt: AT });
    expect(await dynamoMedia(library.table).get(record.id)).toEqual(edited);
    expect(Object.keys(edited ?? {})).not.toContain('editToken');
    // The next edit is another one, also with the same texts.
    const again = await dynamoMedia(table).edit(record.id, { title: 'once' }, AT);
    expect(again).toMatchObject({ version: record.version + 2 });
  });

  it('is one edit in the version that it names, and of edits at once one alone is done', async () => {
    const record = aRecord({ teamId: crypto.randomUUID() });
    const media = dynamoMedia(library.table);
    await media.create(record, 1000);
    const { version } = record;
    const edited = await dynamoMedia(table).edit(record.id, { title: 'once' }, AT, [version]);
    expect(edited).toMatchObject({ title: 'once', version: version + 1 });
    const texts = Array.from({ length: 8 }, (_, index) => `title ${index}`);
    const answers = await Promise.all(
      texts.map((title) => media.edit(record.id, { title }, AT, [version, version + 1])),
    );
    const done = answers.filter((answer) => answer !== undefined);
    expect(done).toHaveLength(1);
    expect(await media.get(record.id)).toEqual(done[0]);
    expect(await media.edit(record.id, { title: 'late' }, AT, [])).toBeUndefined();
  });

  it('is no edit of a record that is in the trash', async () => {
    const record = aRecord({ teamId: crypto.randomUUID() });
    const media = dynamoMedia(library.table);
    await media.create(record, 1000);
    await media.softDelete(record, AT, AT);
    expect(await dynamoMedia(library.table).edit(record.id, { title: 'late' }, AT)).toBeUndefined();
    expect(await media.get(record.id)).toMatchObject({ title: null, state: 'deleted' });
  });

  it('claims an idempotency key, and no other call has it', async () => {
    const secrets = async () => [Buffer.alloc(32, 7)];
    const store = dynamoIdempotency(table, secrets, () => new Date());
    const call = { scope: 'caller', key: crypto.randomUUID(), fingerprint: 'a', authority: 'owner' };
    const claim = await store.claim(call);
    expect(claim).toMatchObject({ state: 'claimed' });
    const other = dynamoIdempotency(library.table, secrets, () => new Date());
    expect(await other.claim(call)).toEqual({ state: 'in flight' });
    if (claim.state !== 'claimed') throw new Error(claim.state);
    await store.finish(call, claim, { status: 201, body: '{}' });
    expect(await other.claim(call)).toEqual({ state: 'answered', answer: { status: 201, body: '{}' } });
  });

  it('requests a text, so that its order is sent, and claims the place for it as a new one', async () => {
    const place = { mediaId: crypto.randomUUID(), fileVersion: 'v' };
    const ref = { ...place, teamId: 'team', place, name: 'auto' };
    const clock = () => new Date(AT);
    expect(await dynamoTexts(table).request(ref, clock())).toBe(true);
    expect(await dynamoTexts(library.table).request(ref, clock())).toBe(false);
    const share = `text#${crypto.randomUUID()}`;
    const request = { holder: 'user', limits: { ofHolder: 4, ofAll: 8, lanes: 2 }, seconds: 60 };
    // The first write of a share, and one of a share that is there.
    for (const id of ['one', 'two']) {
      expect(await dynamoClaims(table, clock).take(share, id, request)).toMatchObject({ isNew: true });
      expect(await dynamoClaims(library.table, clock).take(share, id, request)).toMatchObject({ isNew: false });
    }
  });

  it('claims a lease on work, or on a channel, and no other caller has it', async () => {
    const name = crypto.randomUUID();
    expect(await dynamoLeases(table).claim(name, 60)).toBe(true);
    expect(await dynamoLeases(library.table).claim(name, 60)).toBe(false);
    expect(await dynamoChannelLeases(table, name, 'talk').claim('holder')).toBeDefined();
    expect(await dynamoChannelLeases(library.table, name, 'talk').claim('another')).toBeUndefined();
  });

  it('is counted once: calls, attempts at a password, channels begun, places in channels, and attempts at a text', async () => {
    const id = crypto.randomUUID();
    const calls = dynamoRateCounter(table);
    expect([await calls(id, 1, 10), await calls(id, 1, 5)]).toEqual([10, 15]);

    const attempts = dynamoAttempts(table);
    const take = () => attempts.take(id, { most: 3, seconds: 60 }, new Date(AT));
    expect([await take(), await take()]).toEqual([undefined, undefined]);
    await attempts.giveBack(id);
    expect([await take(), await take(), await take()]).toEqual([undefined, undefined, 60]);

    const person = { kind: 'user', id, isKey: false } as const;
    const begun = dynamoBegunChannels(table, () => new Date(AT), 2);
    const places = dynamoPlaceCounter(table, async () => [], 2);
    for (const count of [() => begun.count(person), () => places.count(person)]) {
      expect([await count(), await count()]).toEqual([true, true]);
    }
    expect(await begun.count(person)).toBe(false);
    await places.discount(person, 1);
    expect((await library.table.get(placesKey(id)))?.places).toBe(1);

    const place = { mediaId: id, fileVersion: id };
    const ref = { ...place, teamId: 'team', place, name: 'text' };
    await library.table.put({ Item: { ...textKey(ref), status: 'processing' } });
    const texts = dynamoTexts(table);
    expect([await texts.attempt(ref), await texts.attempt(ref)]).toEqual([1, 2]);
  });
});
