import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import type { TagBackfill } from '../../../functions/library/tag-store.ts';
import { indexMedia } from '../../../functions/search/index-media.ts';
import type { IndexJob } from '../../../functions/search/index-task.ts';
import { queueChanges, RECORDS_OF_MESSAGE } from '../../../functions/search/queue-changes.ts';
import { backfillTag } from '../../../functions/tags/backfill-tag.ts';
import { messageOf } from '../../support/drivers/index-messages.ts';

const change = (pk: string, sk: string, teamId: string, sequence = 0): DynamoDBRecord => ({
  eventName: 'MODIFY',
  dynamodb: {
    SequenceNumber: String(sequence),
    Keys: { pk: { S: pk }, sk: { S: sk } },
    NewImage: { teamId: { S: teamId } },
  },
});
const record = (teamId: string, id: string) => change(`MEDIA#${id}`, 'MEDIA', teamId);
const workOn = (teamId: string, tagId: string) => change(`TAG#${tagId}`, 'WORK', teamId);

/** Of the event source mappings in the template. */
const STREAM_BATCH = 100;
const QUEUE_BATCH = 10;

/**
 * The stream, the queue and the executions that read them, in rounds: in each, the stream delivers one batch, and every execution
 * that finds a free lane one batch of messages.
 */
const pipeline = (stream: DynamoDBRecord[], executions: number, tagged: ReadonlyMap<string, readonly string[]>) => {
  const waiting: IndexJob[] = [];
  const invocations: { readonly lane: string; readonly ids: readonly string[]; readonly at: number }[] = [];
  /** The round in which each record was queued first. */
  const queuedAt = new Map<string, number>();
  let at = 0;
  const works = new Map<string, TagBackfill>();
  for (const tagId of tagged.keys()) works.set(tagId, { kind: 'renamed', run: 'run', after: null });
  const queue = queueChanges({
    queue: {
      add: async (jobs) => {
        waiting.push(...jobs);
        for (const id of jobs.flatMap(({ task }) => ('mediaIds' in task ? task.mediaIds : []))) queuedAt.set(id, at);
        return new Set();
      },
    },
  });
  let seen: string[] = [];
  const indexRecords = async (ids: readonly string[]) => void seen.push(...ids);
  const consume = indexMedia({
    indexRecords,
    backfillTag: backfillTag({
      work: {
        get: async (tagId) => works.get(tagId),
        records: async (tagId, after, most) => {
          const all = tagged.get(tagId) ?? [];
          const start = Number(after ?? 0);
          return { ids: all.slice(start, start + most), next: start + most < all.length ? String(start + most) : null };
        },
        // The progress is a change of the table, which the stream delivers behind all others.
        note: async (tagId, work, next) => {
          if (next === null) return void works.delete(tagId);
          works.set(tagId, { ...work, after: next });
          stream.push(workOn(tagId.split('.')[0] ?? '', tagId));
        },
      },
      dropGoneTag: async () => {},
      indexRecords,
      clock: () => new Date(),
    }),
    queue: { retry: async () => {} },
  });
  const round = async () => {
    at += 1;
    if (stream.length > 0) await queue(stream.splice(0, STREAM_BATCH));
    const busy = new Set<string>();
    for (let execution = 0; execution < executions; execution += 1) {
      const lane = waiting.find(({ group }) => !busy.has(group))?.group;
      if (lane === undefined) return;
      busy.add(lane);
      const batch = waiting.filter(({ group }) => group === lane).slice(0, QUEUE_BATCH);
      for (const job of batch) waiting.splice(waiting.indexOf(job), 1);
      seen = [];
      await consume({ Records: batch.map(({ task, group, id }) => messageOf(task, group, id)) });
      invocations.push({ lane, ids: seen, at });
    }
  };
  return { round, invocations, queuedAt, waiting, stream };
};

const some = (count: number, name: string) => Array.from({ length: count }, (_, at) => `${name}-${at}`);

afterEach(() => void jest.restoreAllMocks());

describe('a team that imports thousands of records and renames tags of thousands', () => {
  const imported = some(3000, 'imported');
  const tagged = new Map(some(40, 'noisy.tag').map((tagId) => [tagId, some(2000, tagId)]));
  const noisy = () => [
    ...[...tagged.keys()].map((tagId) => workOn('noisy', tagId)),
    ...imported.map((id) => record('noisy', id)),
  ];

  it('delays the one record of another team by no more than the batches of its own two lanes', async () => {
    const { round, invocations, queuedAt } = pipeline([...noisy(), record('quiet', 'one')], 3, tagged);
    const rounds = Math.ceil((imported.length + tagged.size + 1) / STREAM_BATCH);
    for (let turn = 0; turn < rounds; turn += 1) await round();
    const found = invocations.find(({ ids }) => ids.includes('one'));
    // The stream is as fast as it is read, and the record is indexed as soon as it is read, beside the other team's.
    expect([queuedAt.get('one'), found?.at]).toEqual([rounds, rounds]);
    const beside = invocations.filter((each) => each.at === rounds).map(({ lane }) => lane);
    expect(beside.toSorted()).toEqual(['noisy.records', 'noisy.tags', 'quiet.records']);
    // Most of what the team asked for is still to be done.
    expect(invocations.flatMap(({ ids }) => ids).length).toBeLessThan((imported.length + 40 * 2000) / 2);
  });

  it('delays its own new record by no tag, however many were renamed', async () => {
    const work = [...tagged.keys()].map((tagId) => workOn('noisy', tagId));
    const { round, invocations } = pipeline([...work, record('noisy', 'new')], 2, tagged);
    await round();
    expect(invocations.map(({ lane }) => lane)).toEqual(['noisy.tags', 'noisy.records']);
    expect(invocations[1]?.ids).toEqual(['new']);
  });

  it('has every record indexed in the end', async () => {
    const { round, invocations, waiting, stream } = pipeline(noisy(), 10, tagged);
    for (let turn = 0; turn < 1000 && stream.length + waiting.length > 0; turn += 1) await round();
    const done = new Set(invocations.flatMap(({ ids }) => ids));
    expect(done.size).toBe(imported.length + 40 * 2000);
  });

  it('fills no message with more than a second of work', async () => {
    const jobs: IndexJob[] = [];
    const add = async (all: readonly IndexJob[]) => {
      jobs.push(...all);
      return new Set<string>();
    };
    await queueChanges({ queue: { add } })([...noisy().slice(0, 200), ...noisy().slice(0, 200)]);
    const sizes = jobs.map(({ task }) => ('mediaIds' in task ? task.mediaIds.length : 1));
    expect(Math.max(...sizes)).toBe(RECORDS_OF_MESSAGE);
    // Each once, though it changed twice.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
  });
});

describe('changes in the stream', () => {
  const queued = async (records: readonly DynamoDBRecord[], fails: (job: IndexJob) => boolean = () => false) => {
    const jobs: IndexJob[] = [];
    const add = async (all: readonly IndexJob[]) => {
      jobs.push(...all);
      return new Set(all.filter(fails).map(({ id }) => id));
    };
    const { batchItemFailures } = await queueChanges({ queue: { add } })(records);
    return { jobs, again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
  };

  it('wait in the lanes of their team, those of guests in the lanes of all guests', async () => {
    const { jobs } = await queued([
      record('one', 'a'),
      record('guest-1', 'b'),
      record('guest-2', 'c'),
      workOn('one', 't'),
    ]);
    expect(jobs.map(({ group, task }) => [group, task])).toEqual([
      ['one.records', { mediaIds: ['a'] }],
      ['guests.records', { mediaIds: ['b', 'c'] }],
      ['one.tags', { tagId: 't' }],
    ]);
  });

  it('of a record that is gone are of the team that had it', async () => {
    const gone: DynamoDBRecord = {
      eventName: 'REMOVE',
      dynamodb: { Keys: { pk: { S: 'MEDIA#m' }, sk: { S: 'MEDIA' } }, OldImage: { teamId: { S: 'one' } } },
    };
    expect((await queued([gone])).jobs[0]?.group).toBe('one.records');
  });

  it('that could not be queued are delivered again, and the others are not waited for', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const records = [change('MEDIA#a', 'MEDIA', 'one', 7), change('MEDIA#b', 'MEDIA', 'two', 8)];
    const { again } = await queued(records, ({ group }) => group === 'two.records');
    expect(again).toEqual(['8']);
  });
});

describe('messages of the queue of search', () => {
  const consumed = async (
    work: (ids: readonly string[]) => Promise<void>,
    messages: readonly ReturnType<typeof messageOf>[],
    hasTime = () => true,
  ) => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const retried: unknown[] = [];
    const handler = indexMedia({
      indexRecords: work,
      backfillTag: async (tagId) => {
        if (tagId === 'broken') throw new Error('no');
      },
      queue: { retry: async (...retry) => void retried.push(retry) },
    });
    const { batchItemFailures } = await handler({ Records: messages }, hasTime);
    return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), retried };
  };
  const failingAt = (bad: string, done: string[]) => async (ids: readonly string[]) => {
    if (ids.includes(bad)) throw new Error(`${bad} cannot be indexed`);
    done.push(...ids);
  };

  it('of one lane are indexed together, and those of another lane do not wait for them', async () => {
    const calls: (readonly string[])[] = [];
    const { promise: quietIsDone, resolve } = Promise.withResolvers<void>();
    const work = async (ids: readonly string[]) => {
      calls.push(ids);
      // The records of the one team end only after those of the other: they would never end one behind the other.
      if (ids.includes('a')) await quietIsDone;
      else resolve();
    };
    const messages = [
      messageOf({ mediaIds: ['a', 'b'] }, 'noisy.records', '1'),
      messageOf({ mediaIds: ['b', 'c'] }, 'noisy.records', '2'),
      messageOf({ mediaIds: ['d'] }, 'quiet.records', '3'),
    ];
    expect((await consumed(work, messages)).failed).toEqual([]);
    expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
  });

  it('come again alone when a record of theirs fails, and it fails no other record', async () => {
    const done: string[] = [];
    const ids = some(RECORDS_OF_MESSAGE, 'record');
    const messages = [
      messageOf({ mediaIds: ids }, 'team.records', 'bad', 2),
      messageOf({ mediaIds: ['other'] }, 'team.records', 'good'),
      messageOf({ tagId: 'broken' }, 'team.tags', 'tag'),
    ];
    const { failed, retried } = await consumed(failingAt('record-7', done), messages);
    expect(failed).toEqual(['bad', 'tag']);
    expect(retried).toEqual([
      ['receipt of bad', 20],
      ['receipt of tag', 10],
    ]);
    expect(new Set(done)).toEqual(new Set([...ids.filter((id) => id !== 'record-7'), 'other']));
  });

  it('come again as they are when there is no time to find the record that fails', async () => {
    const messages = [
      messageOf({ mediaIds: ['a'] }, 'team.records', '1'),
      messageOf({ mediaIds: ['b'] }, 'team.records', '2'),
    ];
    expect((await consumed(failingAt('a', []), messages, () => false)).failed).toEqual(['1', '2']);
  });
});
