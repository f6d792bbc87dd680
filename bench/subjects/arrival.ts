/** How long a small photo takes from its PUT until its upload is active, and until all listeners have the event. */

import { startRuntime } from '../../test/support/drivers/runtime.ts';
import { distinct, photo } from '../../test/support/fixtures/pictures.ts';
import { apiOf, requester } from '../rig/http-requests.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, percentile } from '../rig/table.ts';
import { announceFile, announcements, putFile } from '../rig/upload-client.ts';

const WARM = 3;

export const benchArrival: Subject = async ({ quick, say }): Promise<BenchRow[]> => {
  const times = quick ? 3 : 30;
  say(`${times} small photos, one after the other`);
  const picture = await photo(1200, 900);
  const runtime = await startRuntime();
  const { send, close } = requester();
  try {
    const api = apiOf(runtime.ready, send);
    const events = await announcements(runtime.ready);
    const stored: number[] = [];
    const active: number[] = [];
    const heard: number[] = [];
    for (let each = -WARM; each < times; each++) {
      const bytes = distinct(picture, each);
      const ticket = await announceFile(api, { name: `small-${each}.jpg`, bytes });
      const start = performance.now();
      const hearing = events.active(ticket.mediaId).then(() => performance.now() - start);
      await putFile(send, ticket, bytes);
      const put = performance.now() - start;
      while ((await api.get(`/uploads/${ticket.id}`)).body.data.status !== 'active');
      const done = performance.now() - start;
      const told = await hearing;
      if (each < 0) continue;
      stored.push(put);
      active.push(done);
      heard.push(told);
    }
    events.close();
    // The parts of the time: every subject needs the PUT itself.
    const row = (name: string, values: readonly number[], share: number): BenchRow =>
      benchRow({
        name,
        value: percentile(values, share),
        unit: 'ms',
        baseline: percentile(stored, share),
        budget: null,
      });
    return [
      row('small photo, from PUT until active, p50 / the PUT alone', active, 0.5),
      row('small photo, from PUT until active, p99 / the PUT alone', active, 0.99),
      row('small photo, from PUT until announced, p50 / the PUT alone', heard, 0.5),
    ];
  } finally {
    close();
    await runtime.stop();
  }
};
