import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { client } from '../support/drivers/client.ts';
import { eventually } from '../support/drivers/eventually.ts';

interface Event {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

/** Runs the receiver of the examples behind a webhook of the library. */
export const startReceiver = async (folder: string, api: ReturnType<typeof client>) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const { body } = await api.call('POST', '/api/v1/webhooks', { json: { url } });
  const child = spawn(process.execPath, ['receiver.js'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: body.data.secret },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Event[] = [];
  createInterface(child.stdout).on('line', (line) => events.push(JSON.parse(line) as Event));
  return {
    /** Resolves once an event that matches has arrived. */
    until: (matches: (event: Event) => boolean): Promise<void> =>
      eventually(async () => {
        if (!events.some(matches)) throw new Error(`the receiver heard ${JSON.stringify(events)}`);
      }, 60_000),
    /** The status of an event that no library has signed. */
    forged: async (): Promise<number> => {
      const headers = { 'webhook-id': 'x', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
      const signature = { 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` };
      return (await fetch(url, { method: 'POST', headers: { ...headers, ...signature }, body: '{}' })).status;
    },
    stop: async (): Promise<void> => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
};
