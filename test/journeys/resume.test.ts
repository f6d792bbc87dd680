import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaKey } from '../../functions/table/keys.ts';
import { readFunctions } from '../../local/template/functions.ts';
import { loadStack } from '../../local/template/stack.ts';
import { synthesize } from '../infra/synthesized.ts';
import { client } from '../support/drivers/client.ts';
import { listen } from '../support/drivers/events.ts';
import { eventually } from '../support/drivers/eventually.ts';
import { follower } from '../support/drivers/follower.ts';
import { aRecord } from '../support/drivers/library.ts';
import { operator } from '../support/drivers/operator.ts';
import { type Runtime, startRuntime } from '../support/drivers/runtime.ts';
import { teamsOf } from '../support/drivers/team-of.ts';

let runtime: Runtime;
let clients: ReturnType<typeof follower>[] = [];
beforeAll(async () => {
  runtime = await startRuntime();
}, 240_000);
afterAll(async () => {
  for (const client of clients) client.stop();
  await runtime?.stop();
});

const CLIENTS = 200;
const EVENTS = 60;
const BATCH = 12;
/** Connections that are cut after each batch. */
const CUT = 8;
/** A machine with two processors and much else to do takes its time. */
const WAIT = 240_000;

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);

/** The name of the function behind the stream: no output has it, but names follow from the template. */
const announceFunction = async (): Promise<string> => {
  const { outdir } = await synthesize();
  const found = readFunctions(loadStack(outdir)).find(({ logicalId }) => logicalId.startsWith('Realtimeannounce'));
  return found?.name ?? '';
};

const register = (filename: string) =>
  client(runtime.ready).call('POST', '/api/v1/media', {
    json: { url: 'https://example.com/a.png', filename, fileSize: 1, mimeType: 'image/png' },
  });

describe('a listener', () => {
  it('leaves a channel and comes back to it', async () => {
    const [ear, witness] = [await listen(runtime.ready), await listen(runtime.ready)];
    const ask = async (action: string) => {
      ear.socket.send(JSON.stringify({ action, channel: 'media', id: action }));
      const answers = await ear.until((events) => events.some((event) => (event as { id?: string }).id === action));
      return answers.at(-1);
    };
    expect(await ask('unsubscribe')).toEqual({ type: 'ack', id: 'unsubscribe' });
    await register('unheard.png');
    await witness.until((events) => events.some(({ data }) => data?.filename === 'unheard.png'));
    expect(await ask('subscribe')).toEqual({ type: 'ack', id: 'subscribe' });
    await register('heard.png');
    await ear.until((events) => events.some(({ data }) => data?.filename === 'heard.png'));
    expect(ear.received.filter(({ data }) => data?.filename === 'unheard.png')).toEqual([]);
    ear.close();
    witness.close();
  });

  it('that connects while the team is busy hears what follows', async () => {
    let connecting = true;
    const busy = async () => {
      while (connecting) await register('busy.png');
    };
    const load = Promise.all([busy(), busy(), busy()]);
    const ears: Awaited<ReturnType<typeof listen>>[] = [];
    while (ears.length < 30) ears.push(await listen(runtime.ready));
    connecting = false;
    await load;
    await register('last.png');
    for (const ear of ears) await ear.until((events) => events.some(({ data }) => data?.filename === 'last.png'));
    for (const ear of ears) ear.close();
  });
});

describe('two hundred clients whose connections are cut at random', () => {
  it('end with the same events in the same order, none lost and none twice, whatever batches come again and in what order', async () => {
    const owner = await teamsOf(runtime).anOwner();
    const ops = operator(runtime.ready);
    const announce = await announceFunction();

    const records = Array.from({ length: EVENTS }, (_, n) => {
      const record = aRecord({ teamId: owner.teamId, filename: `${n}.jpg` });
      return {
        eventID: `change ${n}`,
        eventName: 'INSERT',
        dynamodb: { NewImage: marshall({ ...mediaKey(record.id), ...record }) },
      };
    });
    // Each batch shares half of its records with the one before, and comes three times.
    const batches = Array.from({ length: EVENTS / (BATCH / 2) }, (_, n) =>
      records.slice(n * (BATCH / 2), n * (BATCH / 2) + BATCH),
    );
    const queue = shuffled([...batches, ...batches, ...batches]).values();

    clients = Array.from({ length: CLIENTS }, () =>
      // A login may have two hundred connections; a key may have half of them.
      follower(runtime.ready.ws, { authorization: owner.authorization }, 'media'),
    );
    const tell = async () => {
      for (const Records of queue) {
        await ops.invoke(announce, { Records });
        for (const client of shuffled(clients).slice(0, CUT)) client.cut();
      }
    };
    await Promise.all([tell(), tell(), tell()]);
    const behind = () => clients.filter(({ taken }) => taken.length < EVENTS).length;
    await eventually(async () => expect(behind()).toBe(0), WAIT);
    const places = Array.from({ length: EVENTS }, (_, index) => index + 1);
    const { body } = await owner.api.call('GET', '/api/v1/events?limit=500');
    expect(body.data.events.map(({ seq }: { seq: number }) => seq)).toEqual(places);
    const told = body.data.events.map(({ data }: { data: { filename: string } }) => data.filename);
    expect(new Set(told).size).toBe(EVENTS);
    for (const { taken, strays, gaps } of clients) {
      expect(taken.map(({ data }) => data.filename)).toEqual(told);
      expect([strays, gaps()]).toEqual([[], 0]);
    }
    expect(clients.reduce((sum, { connections }) => sum + connections(), 0)).toBeGreaterThan(CLIENTS);
  }, 300_000);
});
