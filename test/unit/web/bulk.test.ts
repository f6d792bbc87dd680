import { describe, expect, it } from '@jest/globals';
import { type BulkOptions, changeSelected } from '../../../web/gallery/bulk.ts';
import { NOTHING, type Selection, selectAll, toggle } from '../../../web/gallery/selection.ts';

interface Sent {
  readonly route: string;
  readonly body: { readonly ids?: readonly string[]; readonly except?: readonly string[]; readonly query?: object };
}

/** A server with files; it refuses those whose id ends with `!`, and works on a job at each look. */
const served = (looks = 3) => {
  const sent: Sent[] = [];
  let told: Parameters<BulkOptions['onEvent']>[0] = () => undefined;
  let left = looks;
  const job = (status: string) => ({
    ...{ id: 'job', status, total: 100_000, changed: 99_999, unchanged: 0, failed: 1, reason: null },
    failures: [{ id: 'a', filename: 'a.jpg', code: 'NOT_FOUND', message: 'Media not found' }],
  });
  const call = async (route: string, options: { body?: Sent['body'] } = {}) => {
    sent.push({ route, body: options.body ?? {} });
    const { ids } = options.body ?? {};
    if (ids) {
      const failures = ids
        .filter((id) => id.endsWith('!'))
        .map((id) => ({ id, filename: `${id}.jpg`, code: 'BUSY', message: '' }));
      const changed = ids
        .filter((id) => !id.endsWith('!'))
        .map((id) => ({ id, was: Number(id) % 2 ? 'private' : 'shared' }));
      return { changed, unchanged: [], failures };
    }
    if (route.endsWith('/undo')) left = looks;
    if (route.startsWith('GET')) left -= 1;
    const now = job(route.startsWith('DELETE') || left > 0 ? 'running' : 'done');
    if (route.startsWith('GET')) told(now as never);
    return route.startsWith('POST /api/v1/bulk/jobs') || !route.startsWith('POST') ? now : { job: now };
  };
  const options: BulkOptions = {
    shelf: { call } as never,
    onEvent: (listen) => {
      told = listen;
      return () => undefined;
    },
    pause: async () => undefined,
  };
  return { sent, options };
};

const some = (ids: readonly string[]): Selection => ids.reduce<Selection>((last, id) => toggle(last, id), NOTHING);

describe('an action on a selection', () => {
  const ids = Array.from({ length: 1201 }, (_, index) => (index === 700 ? '700!' : String(index)));

  it('takes a request for some hundred files, names those that failed, and takes back what it changed alone', async () => {
    const { sent, options } = served();
    const result = await changeSelected({ kind: 'tag', tagId: 'g' }, some(ids), {}, options);
    expect([result.changed, result.failed.map(({ name }) => name)]).toEqual([1200, ['700!.jpg']]);
    await result.undo();
    expect(sent.map(({ route }) => route)).toEqual([
      ...Array.from({ length: 3 }, () => 'POST /api/v1/bulk/tag'),
      ...Array.from({ length: 3 }, () => 'POST /api/v1/bulk/untag'),
    ]);
    expect(sent.slice(3).flatMap(({ body }) => body.ids)).toEqual(ids.filter((id) => id !== '700!'));
  });

  it('gives each file the visibility back that it had', async () => {
    const { sent, options } = served();
    const result = await changeSelected(
      { kind: 'visibility', visibility: 'public' },
      some(['1', '2', '3']),
      {},
      options,
    );
    await result.undo();
    expect(sent.slice(1).map(({ body }) => body)).toEqual([
      { ids: ['1', '3'], visibility: 'private' },
      { ids: ['2'], visibility: 'shared' },
    ]);
  });

  it('of all that match is one on the query, without what was deselected or came later, in few requests', async () => {
    const { sent, options } = served(6);
    const all = toggle(selectAll(100_000), 'not this');
    const progress: number[] = [];
    const watching = { ...options, onProgress: (done: number) => void progress.push(done) };
    const result = await changeSelected({ kind: 'delete' }, all, { search: 'sea' }, watching);
    expect(sent[0]).toEqual({
      route: 'POST /api/v1/bulk/delete',
      body: { query: { search: 'sea' }, except: ['not this'] },
    });
    expect([result.changed, result.failed.map(({ name }) => name)]).toEqual([99_999, ['a.jpg']]);
    expect(progress.at(-1)).toBe(100_000);
    await result.undo();
    expect(sent.length).toBeLessThanOrEqual(20);
    expect(sent.map(({ route }) => route)).toContain('POST /api/v1/bulk/jobs/{id}/undo');
  });

  it('of all that match is stopped by a request, once', async () => {
    const { sent, options } = served(3);
    const stop = new AbortController();
    stop.abort();
    await changeSelected({ kind: 'delete' }, selectAll(10), {}, { ...options, signal: stop.signal });
    expect(sent.filter(({ route }) => route === 'DELETE /api/v1/bulk/jobs/{id}')).toHaveLength(1);
  });

  it('leaves out as many as one request can name', async () => {
    const { sent, options } = served();
    let all = selectAll(100_000);
    for (let index = 0; index <= 1000; index += 1) all = toggle(all, String(index));
    await expect(changeSelected({ kind: 'delete' }, all, {}, options)).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });
});
