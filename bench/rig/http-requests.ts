import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of any route, looked into by the benchmark
  readonly body: any;
  /** From the first byte sent to the last received. */
  readonly milliseconds: number;
}

export interface RequestParts {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
}

/** An HTTP client on kept connections. By node:http, because it takes the least processor time from the subject. */
export const requester = (agent = new Agent({ keepAlive: true })) => {
  const send = (url: string, { method = 'GET', headers = {}, body }: RequestParts = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const start = performance.now();
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const outgoing = httpRequest(url, { agent, method, headers: { ...headers, ...length } }, (incoming) => {
        readAnswer(incoming, start).then(resolve, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return { send, close: () => agent.destroy() };
};

export type Send = ReturnType<typeof requester>['send'];

const readAnswer = async (incoming: IncomingMessage, start: number): Promise<Answer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const milliseconds = performance.now() - start;
  const text = Buffer.concat(chunks).toString();
  const isJson = incoming.headers['content-type']?.includes('json') ?? false;
  return { status: incoming.statusCode ?? 0, body: isJson ? JSON.parse(text) : text, milliseconds };
};

/** The HTTP API of a runtime for the holder of its key; an answer that is no success is a broken benchmark. */
export const apiOf = ({ http, apiKey }: { readonly http: string; readonly apiKey: string }, send: Send) => {
  const call = async (method: 'GET' | 'POST', path: string, json?: unknown): Promise<Answer> => {
    const answer = await send(`${http}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  };
  return { get: (path: string) => call('GET', path), post: (path: string, json: unknown) => call('POST', path, json) };
};

export type Api = ReturnType<typeof apiOf>;
