import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call about a connection. */
export interface Managed {
  readonly method: string;
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages of any kind
  readonly message: any;
}

/** A management endpoint like API Gateway's, whose connections accept their messages, are gone, or never answer. */
export const managementServer = async (connectionIs: (id: string) => 'open' | 'gone' | 'slow') => {
  const asked: Managed[] = [];
  const stuck = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const id = decodeURIComponent(request.url?.split('/@connections/')[1] ?? '');
    const body = Buffer.concat(chunks).toString();
    asked.push({ method: request.method ?? '', id, message: body === '' ? undefined : JSON.parse(body) });
    const state = connectionIs(id);
    if (request.method === 'POST' && state === 'slow') return void stuck.add(response);
    if (state === 'gone') response.writeHead(410, { 'x-amzn-errortype': 'GoneException' });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    asked,
    stop: async () => {
      for (const response of stuck) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
