import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

/** A response that the client does not get: a service answers into it as into any other. */
export const unheardResponse = (client: ServerResponse): ServerResponse => {
  const headers = new Map<string, unknown>();
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  return Object.assign(sink, {
    statusCode: 200,
    headersSent: false,
    setHeader: (name: string, value: unknown) => void headers.set(name.toLowerCase(), value),
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    hasHeader: (name: string) => headers.has(name.toLowerCase()),
    removeHeader: (name: string) => void headers.delete(name.toLowerCase()),
    // Without it, a client that waits for it would not send the body.
    writeContinue: () => client.writeContinue(),
    writeHead: () => sink,
  }) as unknown as ServerResponse;
};
