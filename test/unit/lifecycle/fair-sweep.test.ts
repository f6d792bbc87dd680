import { describe, expect, it } from '@jest/globals';
import type { UploadSession } from '../../../functions/domain/upload.ts';
import type { DueItem } from '../../../functions/lifecycle/due-store.ts';
import { type SweepDeps, sweep } from '../../../functions/lifecycle/sweep.ts';
import { type DueWork, dueIn, dueKeys } from '../../../functions/table/index-keys.ts';
import { uploadKey } from '../../../functions/table/keys.ts';
import { aSession } from '../../support/drivers/library.ts';

const NOW = '2026-03-01T12:00:00.000Z';

interface Due {
  readonly work: DueWork;
  readonly session: UploadSession;
  readonly at: string;
}

/** Cancelled uploads of a team, due one second after the other. */
const cancelled = (teamId: string, count: number, from: string, work: DueWork = 'upload'): readonly Due[] =>
  Array.from({ length: count }, (_, index) => ({
    work,
    session: aSession({ id: `${teamId}-${work}-${index}`, teamId, status: 'deleted' }),
    at: new Date(Date.parse(from) + index * 1000).toISOString(),
  }));

/** The sweep over work that is due; `steps` is how many items it has time for. */
const sweeping = (due: readonly Due[], steps: number, fails: (teamId: string) => boolean = () => false) => {
  const items = new Map<string, DueItem>();
  for (const { work, session, at } of due) {
    const { dueSk } = dueKeys(work, session.id, at, session.teamId);
    items.set(session.id, { work, key: uploadKey(session.id), dueSk, ...dueIn(dueSk) });
  }
  const sessions = new Map(due.map(({ session }) => [session.id, session]));
  const done: string[] = [];
  const tried: string[] = [];
  const deps = {
    clock: () => new Date(NOW),
    due: {
      due: async (work: DueWork, now: string) =>
        [...items.values()]
          .filter((item) => item.work === work && item.dueSk <= `${now}#\uffff`)
          .toSorted((one, other) => (one.dueSk < other.dueSk ? -1 : 1)),
      defer: async (item: DueItem, at: string) => {
        items.set(item.id, { ...item, dueSk: dueKeys(item.work, item.id, at, item.teamId).dueSk });
      },
      settle: async ({ id }: UploadSession) => {
        items.delete(id);
        done.push(id);
      },
    },
    uploads: {
      get: async (id: string) => {
        tried.push(id);
        return sessions.get(id);
      },
    },
    // A version that is due is one that was retained anew: nothing is done, but it has its turn.
    versions: { get: async ({ mediaId }: { mediaId: string }) => void tried.push(mediaId) },
    parts: { abort: async () => {} },
    files: {
      remove: async (key: string) => {
        if (fails(key.split('/')[1] ?? '')) throw new Error('no');
      },
    },
  } as unknown as SweepDeps;
  let left = steps;
  const hasTime = () => {
    left -= 1;
    return left >= 0;
  };
  return { run: () => sweep(deps)({ part: 'due' }, hasTime), done, tried, items };
};

describe('a team that makes and cancels uploads without end', () => {
  const noisy = cancelled('noisy', 5000, '2026-03-01T08:00:00Z');
  const quiet = cancelled('quiet', 3, '2026-03-01T11:00:00Z');

  it('does not delay the due work of another team, which has a turn for each of its own', async () => {
    const { run, done, tried } = sweeping([...noisy, ...quiet], 10);
    await run();
    expect(done).toEqual(expect.arrayContaining(quiet.map(({ session }) => session.id)));
    // The oldest of each team first; what the quiet team does not need goes to the other.
    expect(tried.slice(0, 2)).toEqual(['noisy-upload-0', 'quiet-upload-0']);
    expect(tried).toHaveLength(10);
  });

  it('does not delay other kinds of its work', async () => {
    const versions = cancelled('noisy', 3, '2026-03-01T11:00:00Z', 'version');
    const { run, tried } = sweeping([...noisy, ...versions], 10);
    await run();
    expect(tried).toEqual(expect.arrayContaining(versions.map(({ session }) => session.id)));
  });

  it('counts as one with all guests, when guests do it', async () => {
    const guests = Array.from({ length: 50 }, (_, at) => cancelled(`guest-${at}`, 20, '2026-03-01T08:00:00Z')).flat();
    const { run, done } = sweeping([...guests, ...quiet], 6);
    await run();
    expect(done.filter((id) => id.startsWith('quiet'))).toHaveLength(3);
  });
});

describe('work that fails for ever', () => {
  it('fails no other, and is put off, so that the next run comes to other work of its team', async () => {
    const broken = cancelled('broken', 40, '2026-03-01T08:00:00Z');
    const quiet = cancelled('quiet', 3, '2026-03-01T11:00:00Z');
    const { run, done, tried, items } = sweeping([...broken, ...quiet], 20, (teamId) => teamId === 'broken');
    await expect(run()).rejects.toThrow('17 steps of the sweep failed');
    expect(done).toHaveLength(3);
    const failed = tried.filter((id) => id.startsWith('broken'));
    expect(failed).toHaveLength(17);
    for (const id of failed) expect(items.get(id)?.dueSk.slice(0, 24)).toBe('2026-03-01T12:15:00.000Z');
  });
});

describe('an object without an owner that cannot be removed', () => {
  it('does not end the search for others, in this run and the next', async () => {
    const keys = ['broken', 'orphan'].map((id) => ({ key: `originals/${id}/m/v`, lastModified: new Date(0) }));
    const removed: string[] = [];
    const cursors = new Map<string, string | undefined>();
    const nothing = { get: async () => undefined };
    const run = sweep({
      clock: () => new Date(NOW),
      due: {
        generation: async () => 'one',
        cursor: async (prefix: string) => cursors.get(prefix),
        moveCursor: async (prefix: string, next: string | undefined) => void cursors.set(prefix, next),
      },
      uploads: nothing,
      media: nothing,
      versions: nothing,
      objects: { isShared: async () => false },
      files: {
        readRange: async () => Buffer.from('one'),
        list: async (prefix: string) => ({ keys: prefix === 'originals/' ? keys : [], next: `after ${prefix}` }),
        remove: async (key: string) => {
          if (key.includes('broken')) throw new Error('no');
          removed.push(key);
        },
      },
    } as unknown as SweepDeps);
    await expect(run({ part: 'orphans' })).rejects.toThrow('1 steps of the sweep failed');
    expect(removed).toEqual(['originals/orphan/m/v']);
    expect(cursors.get('originals/')).toBe('after originals/');
  });
});
