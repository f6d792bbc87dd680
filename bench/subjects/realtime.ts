import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Runtime, startRuntime } from '../../test/support/drivers/runtime.ts';
import { residentMebibytes } from '../rig/process-usage.ts';
import type { Subject } from '../rig/scope.ts';
import { type BenchRow, benchRow, percentile } from '../rig/table.ts';

interface Ear {
  readonly socket: WebSocket;
  /** When each event arrived, by its name. */
  readonly heard: Map<string, number>;
  /** Calls back with the next answer. */
  answered: () => void;
  /** Calls back when the next message is refused. */
  refused: () => void;
}

const CONNECTING_AT_ONCE = 20;
const MOST_WAITED = 300_000;

const connect = (runtime: Runtime): Promise<Ear> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${runtime.ready.apiKey}` };
    const socket = new WebSocket(runtime.ready.ws, { headers, perMessageDeflate: false });
    const ear: Ear = { socket, heard: new Map(), answered: () => {}, refused: () => {} };
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as { type: string; data?: { filename?: string } };
      if (message.type === 'ack') ear.answered();
      else if (message.type === 'error') ear.refused();
      else if (message.data?.filename) ear.heard.set(message.data.filename, performance.now());
    });
    socket.once('open', () => resolve(ear));
    socket.once('error', reject);
  });

const connectMany = async (runtime: Runtime, count: number, atOnce = CONNECTING_AT_ONCE): Promise<Ear[]> => {
  const ears: Ear[] = [];
  let started = 0;
  const lane = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      ears.push(await connect(runtime));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, lane));
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

const isOpen = ({ socket }: Ear): boolean => socket.readyState === WebSocket.OPEN;

const heardByAll = async (ears: readonly Ear[], filename: string): Promise<void> => {
  const waiting = () => ears.filter((ear) => isOpen(ear) && !ear.heard.has(filename)).length;
  for (const deadline = Date.now() + MOST_WAITED; waiting() > 0; await pause(5)) {
    if (Date.now() > deadline) throw new Error(`${filename} did not come to ${waiting()} of ${ears.length}`);
  }
};

const row = (name: string, value: number, unit: string): BenchRow =>
  benchRow({ name, value, unit, baseline: null, budget: null });

/** From the write over HTTP to the receipt by each of the subscribers, one write at a time. */
const latencies = async (runtime: Runtime, ears: readonly Ear[], events: number): Promise<readonly number[]> => {
  const measured: number[] = [];
  for (let n = 0; n < events; n += 1) {
    const filename = `${ears.length}-${n}.png`;
    const began = await write(runtime, filename);
    await heardByAll(ears, filename);
    measured.push(...ears.filter(isOpen).map(({ heard }) => (heard.get(filename) ?? Number.NaN) - began));
  }
  return measured;
};

/** Receipts a second while writes come faster than their events. */
const throughput = async (runtime: Runtime, ears: readonly Ear[], events: number): Promise<number> => {
  const names = Array.from({ length: events }, (_, n) => `${ears.length}-burst-${n}.png`);
  const began = performance.now();
  await Promise.all(names.map((name) => write(runtime, name)));
  for (const name of names) await heardByAll(ears, name);
  const last = Math.max(...ears.map(({ heard }) => Math.max(...names.map((name) => heard.get(name) ?? 0))));
  return (events * ears.filter(isOpen).length) / ((last - began) / 1000);
};

const fanOut = async (runtime: Runtime, ears: readonly Ear[], events: number): Promise<BenchRow[]> => {
  await latencies(runtime, ears, 1);
  for (const { heard } of ears) heard.clear();
  const measured = await latencies(runtime, ears, events);
  const perSecond = await throughput(runtime, ears, events * 2);
  for (const { heard } of ears) heard.clear();
  const to = `${ears.length} subscribers`;
  return [
    row(`event to ${to}, p50`, percentile(measured, 0.5), 'ms'),
    row(`event to ${to}, p99`, percentile(measured, 0.99), 'ms'),
    row(`events delivered to ${to}`, perSecond, '1/s'),
  ];
};

/** As clients do: a client that is refused because too many came at once tries again a little later. */
const connectAgain = async (runtime: Runtime): Promise<Ear> => {
  for (const deadline = Date.now() + MOST_WAITED; ; ) {
    try {
      return await connect(runtime);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(Math.random() * 2_000);
    }
  }
};

/** Clients that reconnect at once, each resuming from its position; until the last one has its answer. */
const reconnect = async (runtime: Runtime, clients: number): Promise<BenchRow> => {
  const began = performance.now();
  const back = async (): Promise<Ear> => {
    const ear = await connectAgain(runtime);
    await new Promise<void>((resolve) => {
      const ask = () => ear.socket.send(JSON.stringify({ action: 'resume', channel: 'media', since: 1 }));
      ear.answered = resolve;
      // One key resumes on few connections at a time; as clients do, the others ask again a little later.
      ear.refused = () => setTimeout(ask, Math.random() * 2_000);
      ask();
    });
    return ear;
  };
  const ears = await Promise.all(Array.from({ length: clients }, back));
  const took = performance.now() - began;
  for (const { socket } of ears) socket.terminate();
  return row(`${clients} clients come back at once and resume`, took, 'ms');
};

/** How many events one local runtime sends to its listeners, and how fast. */
export const benchRealtime: Subject = async ({ quick, say }) => {
  const runtime = await startRuntime([
    '--memory',
    ...['connectionsPerPerson=10000', 'handshakesPerMinute=1000000', 'messagesPerMinute=1000000'].flatMap((limit) => [
      '-c',
      `realtime.${limit}`,
    ]),
  ]);
  const ears: Ear[] = [];
  const rows: BenchRow[] = [];
  const note = (...measured: readonly BenchRow[]): void => {
    rows.push(...measured);
    for (const { name, value, unit } of measured) say(`${name}: ${Number(value.toPrecision(4))} ${unit}`);
  };
  try {
    const stages = quick
      ? ([
          [1, 5],
          [50, 3],
        ] as const)
      : ([
          [1, 50],
          [100, 20],
          [1_000, 5],
          [5_000, 3],
        ] as const);
    for (const [subscribers, events] of stages) {
      const missing = subscribers - ears.length;
      const began = performance.now();
      ears.push(...(await connectMany(runtime, missing)));
      const perSecond = missing / ((performance.now() - began) / 1000);
      if (subscribers > 1) note(row(`handshakes up to ${subscribers} connections`, perSecond, '1/s'));
      note(...(await fanOut(runtime, ears, events)));
    }
    const memory = residentMebibytes(runtime.child.pid ?? 0);
    note(row('connections held', ears.filter(isOpen).length, ''));
    note(row('memory of the runtime with them', memory, 'MiB'));
    const leaving = ears.splice(0, quick ? 50 : 1_000);
    for (const { socket } of leaving) socket.terminate();
    note(await reconnect(runtime, leaving.length));
    return rows;
  } finally {
    for (const { socket } of ears) socket.terminate();
    await runtime.stop();
  }
};
