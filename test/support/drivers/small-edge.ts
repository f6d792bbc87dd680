import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { startEdge } from '../../../local/edge/edge.ts';
import type { BehaviourSpec, CachePolicySpec, EdgeSpec } from '../../../local/template/edge.ts';

/** What an origin got, and what a viewer gets. */
export interface OriginCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface SmallAnswer {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}
interface ViewerAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const EVERYTHING: CachePolicySpec = {
  ...{ minTtl: 0, defaultTtl: 0, maxTtl: 86_400 },
  ...{ parameters: [], headers: [], cookies: [], gzip: false, brotli: false },
};

/** A policy of a cache that keeps what the origin allows. */
export const cachePolicy = (changes: Partial<CachePolicySpec> = {}): CachePolicySpec => ({ ...EVERYTHING, ...changes });

/** A behaviour that keeps by path alone. */
export const behaviour = (pattern: string, changes: Partial<BehaviourSpec> = {}): BehaviourSpec => ({
  ...{ pattern, originId: 'origin', methods: ['GET', 'HEAD'], compress: false, passesAll: false },
  ...{ cache: cachePolicy(), added: { set: [], remove: [] } },
  ...changes,
});

/** An edge with these behaviours. */
export const edgeSpec = (behaviours: readonly BehaviourSpec[], errorTtl: ReadonlyMap<number, number> = new Map()) =>
  ({
    ...{ domain: 'd111.cloudfront.net', arn: 'arn:aws:cloudfront::000000000000:distribution/E1', behaviours, errorTtl },
    origins: new Map([
      ['origin', { id: 'origin', domain: 'origin.example', headers: { 'x-ours': 'yes' }, signs: false }],
    ]),
  }) satisfies EdgeSpec;

/** Starts an edge of the local runtime before an origin that a test answers for. */
export const startSmallEdge = async (spec: EdgeSpec, answer: (call: OriginCall) => SmallAnswer) => {
  const calls: OriginCall[] = [];
  const clock = { now: Date.now() };
  const origin = createServer(async (incoming, response) => {
    const { method = '', url: path = '', headers } = incoming;
    const call = { method, path, headers, body: (await buffer(incoming)).toString() };
    calls.push(call);
    const given = answer(call);
    response.writeHead(given.status ?? 200, given.headers).end(method === 'HEAD' ? undefined : given.body);
  });
  await new Promise<void>((listening) => origin.listen(0, '127.0.0.1', listening));
  const { port } = origin.address() as AddressInfo;
  const edge = await startEdge({
    port: 0,
    spec: () => spec,
    addressOf: () => `http://127.0.0.1:${port}`,
    resolve: (text) => text,
    credentials: () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    report: () => {},
    clock: () => clock.now,
  });
  const send = (
    path: string,
    { method = 'GET', headers = {}, body }: { method?: string; headers?: OutgoingHttpHeaders; body?: string } = {},
  ) =>
    new Promise<ViewerAnswer>((resolve, reject) => {
      const sent = request(`${edge.url}${path}`, { method, headers, agent: false }, async (incoming) => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: await buffer(incoming) });
      });
      sent.once('error', reject).end(body);
    });
  return {
    url: edge.url,
    calls,
    send,
    /** Lets the clock of the edge go on. */
    pass: (seconds: number) => {
      clock.now += seconds * 1000;
    },
    stop: async () => {
      await edge.stop();
      origin.closeAllConnections();
      await new Promise((closed) => origin.close(closed));
    },
  };
};
