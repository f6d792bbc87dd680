import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { discardBody } from '../http/body.ts';
import { refuseMalformed } from '../http/malformed.ts';
import { LOOPBACK } from '../loopback.ts';
import type { Credentials, ListeningService } from '../ports.ts';
import type { BehaviourSpec, EdgeSpec } from '../template/edge.ts';
import { createCache, type EdgeCache, type WholeAnswer } from './cache.ts';
import { answerFrom } from './conditional.ts';
import { encodingsOf } from './encoding.ts';
import { answerHeaders, ask, type OriginRequest, signedForS3, whole } from './origin.ts';
import { loadProgram, type Program, type ProgramAnswer, type ProgramRequest } from './program.ts';
import { LONGEST_HEAD, refusal, refused } from './refuse.ts';
import { cookieText, headerText, isHop, queryText, viewerRequest } from './request.ts';
import { respond } from './respond.ts';
import { passSocket } from './socket.ts';

/** What the edge stands before. */
export interface EdgeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly spec: () => EdgeSpec;
  /** The local address of an origin, by its host in the template: a path may follow it. */
  readonly addressOf: (domain: string) => string;
  /** Replaces references in the template that are known only while it runs. */
  readonly resolve: (text: string) => string;
  /** Signs as the distribution. */
  readonly credentials: () => Credentials;
  readonly report: (message: string) => void;
  readonly clock?: () => number;
}

interface Passing {
  readonly behaviour: BehaviourSpec;
  readonly incoming: IncomingMessage;
  readonly request: ProgramRequest;
}

/** Whether a path is one of a pattern, in which `*` stands for any letters and `?` for one. */
const isOf = (pattern: string, path: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(path);

/** Headers that the edge decides on itself where it keeps answers: it asks for whole ones. */
const OF_THE_CACHE = new Set([
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'range',
]);

const isAnswer = (result: ProgramRequest | ProgramAnswer): result is ProgramAnswer => 'statusCode' in result;

/** A distribution, as far as it is not a server. */
class Distribution {
  /** Its own address, which signatures are about. */
  url = '';
  private readonly options: EdgeOptions;
  private readonly spec: () => EdgeSpec;
  private readonly clock: () => number;
  private readonly programs = new Map<string, Program>();
  private cache: EdgeCache;
  private known: EdgeSpec | undefined;

  constructor(options: EdgeOptions) {
    this.options = options;
    this.spec = options.spec;
    this.clock = options.clock ?? Date.now;
    this.cache = createCache(this.clock);
  }

  private programOf(code: string): Program {
    const loaded = this.programs.get(code) ?? loadProgram(code);
    this.programs.set(code, loaded);
    return loaded;
  }

  originOf({ behaviour, incoming, request }: Passing, keeps: boolean): OriginRequest {
    const origin = this.spec().origins.get(behaviour.originId);
    if (!origin) throw new Error(`The distribution has no origin ${behaviour.originId}.`);
    const { cache: policy, passesAll } = behaviour;
    const query = queryText(request, passesAll ? 'all' : policy.parameters);
    const cookie = cookieText(request, passesAll ? 'all' : policy.cookies);
    const names = passesAll ? Object.keys(request.headers) : policy.headers;
    const headers: Record<string, string> = {};
    for (const name of names) {
      const value = headerText(request, name);
      const isLeftOut = name === 'host' || isHop(name) || (keeps && OF_THE_CACHE.has(name));
      if (value !== undefined && !isLeftOut) headers[name] = value;
    }
    if (!passesAll) headers['user-agent'] = 'Amazon CloudFront';
    const encodings = encodingsOf(incoming.headers['accept-encoding'], policy);
    if (policy.gzip || policy.brotli || !passesAll) delete headers['accept-encoding'];
    if (encodings.length > 0) headers['accept-encoding'] = encodings.join(',');
    if (cookie !== '') headers.cookie = cookie;
    const hops = [headers['x-forwarded-for'], incoming.socket.remoteAddress].filter(Boolean);
    const added = Object.fromEntries(
      Object.entries(origin.headers).map(([name, value]) => [name, this.options.resolve(value)]),
    );
    const sent: OriginRequest = {
      url: this.options.addressOf(origin.domain) + request.uri + (query === '' ? '' : `?${query}`),
      method: request.method,
      headers: origin.signs
        ? {}
        : { ...headers, ...added, 'x-forwarded-for': hops.join(', '), via: '1.1 localhost (CloudFront)' },
    };
    return origin.signs ? signedForS3(sent, this.options.credentials(), new Date(this.clock())) : sent;
  }

  /** Nothing is kept: the request and the answer pass through, byte by byte. */
  private async pass(passing: Passing, response: ServerResponse): Promise<void> {
    const { incoming, behaviour } = passing;
    const hasBody = !['GET', 'HEAD'].includes(incoming.method ?? '');
    const framing: Record<string, string> = incoming.headers['transfer-encoding']
      ? { 'transfer-encoding': 'chunked' }
      : {};
    const sent = this.originOf(passing, false);
    const answer = await ask({
      ...sent,
      headers: { ...sent.headers, ...framing },
      body: hasBody ? incoming : undefined,
    });
    const status = answer.statusCode ?? 502;
    respond(
      { status, headers: answerHeaders(answer), body: answer },
      { behaviour, incoming, response, found: status >= 400 ? 'Error' : 'Miss' },
    );
    if (!incoming.complete) answer.once('close', () => discardBody(incoming));
  }

  private keyOf({ behaviour, incoming, request }: Passing): string {
    const { parameters, headers, cookies } = behaviour.cache;
    const named = headers.map((name) => [name, headerText(request, name)]);
    return JSON.stringify([
      behaviour.pattern,
      request.uri,
      queryText(request, parameters),
      named,
      cookieText(request, cookies),
      encodingsOf(incoming.headers['accept-encoding'], behaviour.cache),
    ]);
  }

  private async fromCache(passing: Passing, response: ServerResponse): Promise<void> {
    const { behaviour, incoming, request } = passing;
    const keeping = { policy: behaviour.cache, errorTtl: this.spec().errorTtl };
    const key = this.keyOf(passing);
    const askOrigin = async (etag: string | undefined): Promise<WholeAnswer> => {
      const sent = this.originOf(passing, true);
      const answer = await ask({ ...sent, headers: { ...sent.headers, ...(etag ? { 'if-none-match': etag } : {}) } });
      return { status: answer.statusCode ?? 502, headers: answerHeaders(answer), body: await whole(answer) };
    };
    // An answer to GET is one to HEAD as well, and not the reverse.
    const kept = this.cache.fresh(key);
    const own = request.method === 'HEAD' && !kept ? `HEAD ${key}` : key;
    const { answer, found, age } = await this.cache.get(own, keeping, askOrigin);
    const { 'if-none-match': ifNoneMatch, 'if-range': ifRange, range } = incoming.headers;
    const asked = { ifNoneMatch, ifRange: ifRange?.toString(), range };
    respond(answerFrom(answer, asked), { behaviour, incoming, response, found, age });
  }

  private behaviourOf(incoming: IncomingMessage): BehaviourSpec {
    const [path = '/'] = (incoming.url ?? '/').split('?');
    const found = this.spec().behaviours.find(({ pattern }) => isOf(pattern, path));
    if (!found) throw new Error('The distribution has no default behaviour.');
    return found;
  }

  prepared(incoming: IncomingMessage): Passing | { readonly behaviour: BehaviourSpec; readonly answer: WholeAnswer } {
    if (this.known !== this.spec()) {
      this.known = this.spec();
      this.cache = createCache(this.clock);
    }
    const behaviour = this.behaviourOf(incoming);
    const { keys } = behaviour;
    const answer = refused(incoming, behaviour, {
      origin: this.url,
      keys: keys && new Map([...keys].map(([id, key]) => [id, this.options.resolve(key)])),
      now: this.clock(),
    });
    if (answer) return { behaviour, answer };
    const request = viewerRequest(incoming, behaviour.keys !== undefined);
    const ip = (incoming.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const result = behaviour.program === undefined ? request : this.programOf(behaviour.program)(request, ip);
    if (!isAnswer(result)) return { behaviour, incoming, request: result };
    const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([name, { value }]) => [name, value]));
    const body = typeof result.body === 'object' ? result.body.data : (result.body ?? '');
    return { behaviour, answer: { status: result.statusCode, headers, body: Buffer.from(body) } };
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const passing = this.prepared(incoming);
    if ('answer' in passing) {
      discardBody(incoming);
      respond(passing.answer, { ...passing, incoming, response, found: 'Error' });
      return;
    }
    const keeps = passing.behaviour.cache.maxTtl > 0 && ['GET', 'HEAD'].includes(incoming.method ?? '');
    await (keeps ? this.fromCache(passing, response) : this.pass(passing, response));
  }

  handle(incoming: IncomingMessage, response: ServerResponse): void {
    this.serve(incoming, response).catch((error: unknown) => {
      this.options.report(`The edge: ${error instanceof Error ? error.message : String(error)}`);
      discardBody(incoming);
      if (response.headersSent) response.destroy();
      else
        respond(refusal(502, 'The origin cannot be reached.'), {
          behaviour: this.behaviourOf(incoming),
          incoming,
          response,
          found: 'Error',
        });
    });
  }
}

/**
 * Starts the distribution of a stack on loopback, from what the template says of it: which behaviour a request has, what of it
 * is in the key of the cache, for how long an answer is kept, and what goes on to which origin.
 */
export const startEdge = async (options: EdgeOptions): Promise<ListeningService> => {
  const distribution = new Distribution(options);
  const server = createServer(
    { keepAlive: true, noDelay: true, keepAliveTimeout: 60_000, maxHeaderSize: 2 * LONGEST_HEAD, requestTimeout: 0 },
    (incoming, response) => distribution.handle(incoming, response),
  );
  server.on('checkContinue', (incoming, response) => {
    response.writeContinue();
    distribution.handle(incoming, response);
  });
  server.on('clientError', refuseMalformed);
  const sockets = passSocket(server, (incoming) => {
    const passing = distribution.prepared(incoming);
    return 'answer' in passing ? passing.answer.status : distribution.originOf(passing, false);
  });
  await new Promise<void>((resolved, reject) => {
    server.once('error', reject);
    server.listen(options.port, LOOPBACK, () => resolved());
  });
  distribution.url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
  return {
    url: distribution.url,
    stop: async () => {
      sockets.stop();
      const closed = new Promise((resolved) => server.close(resolved));
      server.closeAllConnections();
      await closed;
    },
  };
};
