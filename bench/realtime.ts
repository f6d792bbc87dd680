import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Runtime, startRuntime } from '../test/support/runtime.ts';
import type { Subject } from './scope.ts';
import { type BenchRow, benchRow, percentile } from './table.ts';

interface Ear {
  readonly socket: WebSocket;
  /** When each event came, by its name. */
  readonly heard: Map<string, number>;
  /** Calls back with the next answer. */
  answered: () => void;
}

const CONNECTING_AT_ONCE = 20;

const connect = (runtime: Runtime): Promise<Ear> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const socket = new WebSocket(runtime.ready.ws, { headers, perMessageDeflate: false });
    const ear: Ear = { socket, heard: new Map(), answered: () => {} };
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { type: string; data?: { filename?: string } };
      if (message.type === 'ack') ear.answered();
      else if (message.data?.filename) ear.heard.set(message.data.filename, performance.now());
    });
    socket.once('open', () => resolve(ear));
    socket.once('error', reject);
  });

const connectMany = async (runtime: Runtime, count: number): Promise<Ear[]> => {
  const ears: Ear[] = [];
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      ears.push(await connect(runtime));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, CONNECTING_AT_ONCE) }, lane));
  return ears;
};

const write = async ({ ready }: Runtime, filename: string): Promise<number> => {
  const began = performance.now();
  const response = await fetch(`${ready.http}/api/v1/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: 'https://example.com/a.png', filename, fileSize: 1, mimeType: 'image/png' }),
  });
  if (response.status !== 201) throw new Error(`POST answered ${response.status}`);
  return began;
};

const heardByAll = async (ears: readonly Ear[], filename: string): Promise<void> => {
  for (const deadline = Date.now() + 120_000; !ears.every(({ heard }) => heard.has(filename)); await pause(5)) {
    if (Date.now() > deadline) throw new Error(`${filename} did not come to everybody`);
  }
};

const row = (name: string, value: number, unit: string): BenchRow =>
  benchRow({ name, value, unit, baseline: null, budget: null });

/** From the write over HTTP to the receipt by each of so many subscribers, and how many receipts a second that makes. */
const fanOut = async (runtime: Runtime, subscribers: number, events: number, say: (text: string) => void) => {
  const ears = await connectMany(runtime, subscribers);
  say(`${subscribers} subscribers are connected`);
  const latencies: number[] = [];
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (let n = 0; n < events; n += 1) {
    const filename = `${subscribers}-${n}.png`;
    const began = await write(runtime, filename);
    await heardByAll(ears, filename);
    for (const { heard } of ears) {
      const at = heard.get(filename) ?? Number.NaN;
      latencies.push(at - began);
      last = Math.max(last, at);
    }
    first = Math.min(first, began);
  }
  for (const { socket } of ears) socket.terminate();
  await pause(500);
  return [
    row(`event to ${subscribers} subscribers, p50`, percentile(latencies, 0.5), 'ms'),
    row(`event to ${subscribers} subscribers, p99`, percentile(latencies, 0.99), 'ms'),
    row(`events delivered to ${subscribers} subscribers`, latencies.length / ((last - first) / 1000), '1/s'),
  ];
};

/** Clients that come back at once, each resuming from the place it had. */
const reconnect = async (runtime: Runtime, clients: number): Promise<BenchRow> => {
  const began = performance.now();
  const ears = await connectMany(runtime, clients);
  await Promise.all(
    ears.map(
      (ear) =>
        new Promise<void>((resolve) => {
          ear.answered = resolve;
          ear.socket.send(JSON.stringify({ action: 'resume', channel: 'media', since: 1 }));
        }),
    ),
  );
  const took = performance.now() - began;
  for (const { socket } of ears) socket.terminate();
  return row(`${clients} clients come back and resume`, took, 'ms');
};

/** What one local runtime brings to its listeners, and how soon. */
export const benchRealtime: Subject = async ({ quick, say }) => {
  const runtime = await startRuntime();
  try {
    const rows: BenchRow[] = [];
    for (const [subscribers, events] of quick
      ? ([
          [1, 5],
          [50, 3],
        ] as const)
      : ([
          [1, 50],
          [100, 20],
          [1_000, 5],
          [5_000, 3],
        ] as const)) {
      rows.push(...(await fanOut(runtime, subscribers, events, say)));
    }
    rows.push(await reconnect(runtime, quick ? 50 : 1_000));
    return rows;
  } finally {
    await runtime.stop();
  }
};
