import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, client } from '../support/client.ts';
import { listen } from '../support/events.ts';
import { type Runtime, startRuntime } from '../support/runtime.ts';

let runtime: Runtime;
let api: Client;
beforeAll(async () => {
  runtime = await startRuntime();
  api = client(runtime.ready);
});
afterAll(() => runtime?.stop());

const register = (filename: string) =>
  api.call('POST', '/api/v1/media', {
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
