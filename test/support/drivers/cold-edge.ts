import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startEdge } from '../../../local/edge/edge.ts';
import { synthesizedStack } from '../../../local/synth.ts';
import { localAddresses } from '../../../local/template/apis.ts';
import { readEdge } from '../../../local/template/edge.ts';
import { loadStack } from '../../../local/template/stack.ts';
import type { Operator } from './operator.ts';
import type { Ready } from './runtime.ts';

/** What an API answered to an edge. */
export interface OriginCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Another edge before the APIs of a runtime: it has kept nothing yet, and the test has its clock and what is behind it. */
export interface ColdEdge {
  readonly url: string;
  /** What it asked the API, in order. */
  readonly calls: OriginCall[];
  /** Milliseconds that its clock is ahead. */
  ahead: number;
  /** The API answers 500 to everything. */
  isBroken: boolean;
  stop(): Promise<void>;
}

const SECRET_REFERENCE = /\{\{resolve:secretsmanager:.+?:SecretString:origin\}\}/g;

/** Starts another edge, as CloudFront has many. `context` are the settings of the runtime as its command line has them. */
export const startColdEdge = async (
  { api = '', s3, aws }: Ready,
  ops: Operator,
  context: Readonly<Record<string, string>>,
): Promise<ColdEdge> => {
  const stack = loadStack(await synthesizedStack(process.cwd(), { PATH: process.env.PATH ?? '' }, context));
  const { origin } = await ops.edgeKey();
  const calls: OriginCall[] = [];
  const state = { ahead: 0, isBroken: false };
  const between = createServer((incoming, response) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const note = (status: number) => calls.push({ method, path, status });
    if (state.isBroken) {
      note(500);
      response.writeHead(500, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const { host } = new URL(api);
    const passed = request(`${api}${path}`, { method, headers: { ...headers, host } }, (answer) => {
      note(answer.statusCode ?? 0);
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.once('error', () => response.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => between.listen(0, '127.0.0.1', listening));
  const http = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  const local = localAddresses(stack, { http, s3, aws });
  const spec = readEdge(stack);
  if (!spec) throw new Error('The stack has no edge');
  const edge = await startEdge({
    port: 0,
    spec: () => spec,
    addressOf: (domain) => local(`https://${domain}`),
    resolve: (text) => text.replaceAll(SECRET_REFERENCE, origin),
    credentials: () => {
      throw new Error('This edge is no principal of the bucket');
    },
    report: (message) => process.stderr.write(`${message}\n`),
    clock: () => Date.now() + state.ahead,
  });
  return Object.assign(state, {
    url: edge.url,
    calls,
    stop: async () => {
      await edge.stop();
      between.closeAllConnections();
      await new Promise((closed) => between.close(closed));
    },
  });
};
