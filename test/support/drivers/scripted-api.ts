import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  /** `GET /api/v1/media?limit=5` */
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly body: any;
}

/** The answer; `silence` is none for as long as the other side waits, `cut` ends the connection. */
export type Said = readonly [status: number, data?: unknown, headers?: Record<string, string>] | 'silence' | 'cut';

export interface ScriptedApi {
  readonly url: string;
  /** All requests, in order. */
  readonly asked: readonly Asked[];
  readonly routes: () => readonly string[];
  close(): Promise<void>;
}

const textOf = async (request: AsyncIterable<Buffer>): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

/** A server with scripted answers: for cases that a real one has seldom, and not on demand. */
export const startScriptedApi = async (answer: (asked: Asked) => Said): Promise<ScriptedApi> => {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const text = await textOf(request).catch(() => '');
    const isJson = request.headers['content-type'] === 'application/json';
    const one = {
      route: `${request.method} ${request.url}`,
      headers: request.headers,
      body: isJson ? JSON.parse(text) : text,
    };
    asked.push(one);
    const said = answer(one);
    if (said === 'silence') return;
    if (said === 'cut') return void request.socket.destroy();
    const [status, data, headers = {}] = said;
    const body = status < 400 ? { success: true, data } : { success: false, error: data ?? 'no' };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    routes: () => asked.map(({ route }) => route),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
