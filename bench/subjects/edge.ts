import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EdgeStand, PAGE, type PageView, startEdgeStand } from '../rig/edge-pages.ts';
import { requester, type Send } from '../rig/http-requests.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, percentile } from '../rig/table.ts';

/** A tenth of what the same page takes at the address of the API. */
const SHARE = 0.1;

/** A view of the page with nothing kept yet, and one with all of it, each beside the same view without the edge. */
const pageRows = async (stand: EdgeStand): Promise<BenchRow[]> => {
  // The first call of each function starts it.
  await stand.view('api');
  const direct = await stand.view('api');
  const views: Readonly<Record<string, PageView>> = { cold: await stand.view('edge'), warm: await stand.view('edge') };
  return Object.entries(views).flatMap(([state, view]) => {
    const row = (name: string, unit: string, read: (of: PageView) => number, budget: number | null = null) => {
      const [value, baseline] = [read(view), read(direct)];
      const of = `page of ${PAGE} thumbnails, ${state}, ${name}`;
      return benchRow({ name: of, unit, value, baseline: baseline === 0 ? null : baseline, budget });
    };
    const held = state === 'warm' ? SHARE : null;
    return [
      row('invocations / without the edge', '', ({ invocations }) => invocations, held),
      row('requests of S3 / without the edge', '', ({ s3Requests }) => s3Requests, held),
      row('requests of the edge', '', ({ edgeRequests }) => edgeRequests),
      row('a million, behind the edge / without the edge', '$', ({ behind }) => behind, held),
      row('a million, all / without the edge', '$', ({ dollars }) => dollars),
    ];
  });
};

const latencies = async (
  send: Send,
  url: string,
  headers: Record<string, string>,
  times: number,
): Promise<number[]> => {
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const { status, milliseconds } = await send(url, { headers });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    measured.push(milliseconds);
  }
  return measured;
};

/** A hit of the cache against a server that has nothing but these bytes, and a list page against the API alone. */
const latencyRows = async ({ metered, paths }: EdgeStand, times: number): Promise<BenchRow[]> => {
  const { ready } = metered.runtime;
  const thumbnail = ready.http + paths[0];
  const bytes = Buffer.from(await (await fetch(thumbnail)).arrayBuffer());
  const bare = createServer((_, response) => response.writeHead(200, { 'content-type': 'image/webp' }).end(bytes));
  await new Promise<void>((listening) => bare.listen(0, '127.0.0.1', listening));
  const { send, close } = requester();
  const list = `/api/v1/media?limit=${PAGE}`;
  const key = { authorization: `Bearer ${ready.apiKey}` };
  const pairs = [
    ['thumbnail hit / bare static server', thumbnail, `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`, {}],
    ['list page through the edge / the API alone', ready.http + list, ready.api + list, key],
  ] as const;
  const rows: BenchRow[] = [];
  try {
    for (const [name, url, against, headers] of pairs) {
      for (const each of [url, against]) await latencies(send, each, headers, Math.ceil(times / 10));
      const [value, baseline] = [
        await latencies(send, url, headers, times),
        await latencies(send, against, headers, times),
      ];
      for (const [label, share] of [
        ['p50', 0.5],
        ['p99', 0.99],
      ] as const)
        rows.push(
          benchRow({
            name: `${name}, ${label}`,
            unit: 'ms',
            value: percentile(value, share),
            baseline: percentile(baseline, share),
            budget: null,
          }),
        );
    }
    return rows;
  } finally {
    close();
    bare.closeAllConnections();
    bare.close();
  }
};

/** What a page of thumbnails costs at the edge, and how fast it answers. */
export const benchEdge: Subject = async ({ quick, say }) => {
  const stand = await startEdgeStand();
  try {
    say('pages at the edge');
    return [...(await pageRows(stand)), ...(await latencyRows(stand, quick ? 20 : 500))];
  } finally {
    await stand.stop();
  }
};
