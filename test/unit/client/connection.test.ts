import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { MediashelfError } from '../../../client/errors.ts';
import { type Connection, openConnection } from '../../../client/realtime/connection.ts';
import type { Status } from '../../../client/realtime/messages.ts';

const ATTEMPTS = 3;
const policy = { attempts: ATTEMPTS, firstDelayMs: 1, longestDelayMs: 1 };
const refused = (status: number) => new MediashelfError(`HTTP_${status}`, 'refused', { status });
const silence = new MediashelfError('NETWORK', 'no answer');

/** What becomes of one try: no ticket, no handshake, a connection that is cut at once or after a word, or one that stays. */
type Fate = Error | 'no handshake' | 'cut' | 'heard and cut' | 'stays';

const socketOf = (fate: Fate): WebSocket => {
  const send = (text: string): void => {
    const { id } = JSON.parse(text) as { id: string };
    socket.onmessage?.({ data: JSON.stringify({ type: 'ack', id, seq: 7 }) } as MessageEvent);
  };
  const socket = { readyState: 1, send, close: () => {} } as unknown as WebSocket;
  const play = async () => {
    await turn();
    if (fate === 'no handshake') return socket.onerror?.({} as never);
    socket.onopen?.({} as Event);
    if (fate === 'heard and cut' || fate === 'stays') socket.onmessage?.({ data: '{"type":"pong"}' } as MessageEvent);
    if (fate !== 'stays') socket.onclose?.({} as CloseEvent);
  };
  void play();
  return socket;
};

/** A connection whose tries go like this; beyond, it stays. Resolves once it stays or is closed. */
const opened = async (fates: readonly Fate[], ask?: (connection: Connection) => void) => {
  const left = fates.values();
  const over = Promise.withResolvers<{ status: Status; error: Error | undefined }>();
  let tries = 0;
  let fate: Fate = 'stays';
  const connection = openConnection({
    url: 'wss://api/ws',
    address: async () => {
      tries += 1;
      fate = left.next().value ?? 'stays';
      if (fate instanceof Error) throw fate;
      return 'wss://api/ws?ticket=secret';
    },
    newSocket: () => socketOf(fate),
    policy,
    heartbeatMs: 60_000,
    onSaid: () => fate === 'stays' && over.resolve({ status: 'open', error: undefined }),
    onOpen: () => {},
    onStatus: (status, error) => status === 'closed' && over.resolve({ status, error }),
  });
  ask?.(connection);
  const { status, error } = await over.promise;
  connection.close();
  return { status, error, tries };
};

describe('a connection', () => {
  it.each([400, 401, 403, 404, 410, 422])('is not tried again when a ticket is refused with %i', async (status) => {
    const refusal = refused(status);
    expect(await opened([refusal])).toEqual({ status: 'closed', error: refusal, tries: 1 });
  });

  it.each([refused(408), refused(409), refused(429), refused(500), refused(503), silence])(
    'is tried again after %p',
    async (error) => {
      expect(await opened([error])).toMatchObject({ status: 'open', tries: 2 });
    },
  );

  it.each<[Fate, RegExp]>([
    [silence, /^no answer$/],
    ['no handshake', /^No WebSocket can be opened at wss:\/\/api\/ws;/],
    ['cut', /^Connections to wss:\/\/api\/ws are cut as soon as they are open$/],
  ])('that never came about (%p) is given up, and it is said why', async (fate, message) => {
    const { status, error, tries } = await opened(Array(10).fill(fate));
    expect([status, tries]).toEqual(['closed', ATTEMPTS]);
    expect(error).toMatchObject({ code: 'NETWORK', message: expect.stringMatching(message) });
  });

  it('is waited for by what was asked before the first try failed', async () => {
    const answers: unknown[] = [];
    const ask = (connection: Connection): void => {
      connection.ask('publish', {}, ({ seq }) => answers.push(seq)).catch(() => undefined);
    };
    expect(await opened([silence, 'no handshake'], ask)).toMatchObject({ status: 'open', tries: 3 });
    expect(answers).toEqual([7]);
  });

  it('that was there once is opened again however long it takes', async () => {
    const outage: readonly Fate[] = ['heard and cut', ...Array(10).fill(silence), 'no handshake', 'cut'];
    expect(await opened(outage)).toMatchObject({ status: 'open', tries: outage.length + 1 });
  });
});
