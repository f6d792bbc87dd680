import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build, stop } from 'esbuild';

export const UPPY_VERSIONS = ['v5', 'v6'] as const;
export type UppyVersion = (typeof UPPY_VERSIONS)[number];

export interface UppyPages {
  /** Another origin than that of the API and that of the bucket. */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

const bundle = async (version: UppyVersion): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [`test/uppy/${version}/main.page.js`],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
};

/** Serves a page for each version of Uppy, made of the published packages, and the film that they upload. */
export const serveUppyPages = async (film: Uint8Array): Promise<UppyPages> => {
  const files = new Map<string, readonly [type: string, body: string | Uint8Array]>([
    ['/film.mp4', ['video/mp4', film]],
  ]);
  for (const version of UPPY_VERSIONS) {
    files.set(`/${version}.js`, ['text/javascript', await bundle(version)]);
    files.set(`/${version}`, ['text/html', `<!doctype html><title>Uppy</title><script src="/${version}.js"></script>`]);
  }
  // Its process would stay for as long as the worker of the tests.
  await stop();
  const server = createServer(({ url = '' }, response) => {
    const [type, body] = files.get(url) ?? ['text/plain', 'not here'];
    response.writeHead(files.has(url) ? 200 : 404, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
