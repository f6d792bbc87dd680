import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'] as const;

/** The browser of this machine, if it has one; Debian's package is `chromium`. */
export const browserName = NAMES.find((name) => spawnSync(name, ['--version']).status === 0);

export interface Page {
  /** Runs an expression in the page and answers its resolved value. */
  readonly run: <T>(expression: string) => Promise<T>;
  /** Loads another address, or the same one again; running scripts of the page end, its storage stays. */
  readonly goTo: (url: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--no-proxy-server'],
  ...['--disable-background-networking', '--disable-component-update', '--remote-debugging-port=0'],
];

const addressOf = async (child: ChildProcess): Promise<string> => {
  if (!child.stderr) throw new Error('the browser has no standard error');
  for await (const line of createInterface(child.stderr)) {
    const address = /^DevTools listening on (ws:.+)$/.exec(line)?.[1];
    if (address) return address;
  }
  throw new Error('the browser ended before it listened');
};

/** Opens a page in a browser that people use, over its debugging protocol. */
export const openPage = async (url: string): Promise<Page> => {
  const folder = await mkdtemp(join(tmpdir(), 'browser-'));
  const child = spawn(browserName ?? '', [...FLAGS, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const socket = new WebSocket(await addressOf(child));
  child.stderr?.resume();
  await once(socket, 'open');
  const waiting = new Map<number, (message: { result?: unknown; error?: { message: string } }) => void>();
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data));
    waiting.get(message.id)?.(message);
  });
  let last = 0;
  // biome-ignore lint/suspicious/noExplicitAny: each method of the protocol answers something else
  const send = (method: string, params: object = {}, sessionId?: string): Promise<any> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
    });
  };
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const run = async <T>(expression: string): Promise<T> => {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', options, sessionId);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as T;
  };
  const goTo = async (address: string): Promise<void> => {
    await run('globalThis.left = true');
    await send('Page.navigate', { url: address }, sessionId);
    const state = () => run<string>("location.href + document.readyState + (globalThis.left ?? '')").catch(() => '');
    while ((await state()) !== `${address}complete`);
  };
  await goTo(url);
  return {
    run,
    goTo,
    close: async () => {
      socket.close();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
