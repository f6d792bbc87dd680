import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };

export interface Site {
  readonly origin: string;
  readonly close: () => void;
}

/** A site that uses the library: the files of one folder, and an empty page at `/`; at any free port by default. */
export const serveFolder = async (folder: string, port = 0): Promise<Site> => {
  const server = createServer(async (request, response) => {
    const name = (request.url ?? '/').split('?')[0]?.slice(1) ?? '';
    if (name === '') return response.setHeader('content-type', 'text/html').end('<!doctype html><title>x</title>');
    const bytes = /^[\w.-]+$/.test(name) ? await readFile(join(folder, name)).catch(() => undefined) : undefined;
    if (!bytes) return response.writeHead(404).end();
    return response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream').end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
