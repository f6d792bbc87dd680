import { isSystemChannel, SYSTEM_CHANNELS } from '../domain/channels.ts';
import type { ConnectionStore } from '../stores/connection-store.ts';

/** API Gateway takes larger frames than any message of this protocol needs. */
const MESSAGE_BYTES = 32 * 1024;

export interface MessageDeps {
  readonly connections: Pick<ConnectionStore, 'get' | 'subscribe' | 'unsubscribe'>;
}

type Answer = {
  readonly type: 'ack' | 'pong' | 'error';
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
};

interface Request {
  readonly action: string;
  readonly id: string | undefined;
  readonly channel: unknown;
}

const failure = (code: string, message: string, id?: string): Answer => ({
  type: 'error',
  ...(id ? { id } : {}),
  code,
  message,
});

/** Answers one message of a client. Whatever is wrong with it is answered as an `error`; the connection stays. */
export const answerMessage =
  ({ connections }: MessageDeps) =>
  async (connectionId: string, body: string): Promise<Answer> => {
    if (Buffer.byteLength(body) > MESSAGE_BYTES)
      return failure('TOO_LARGE', `Messages hold at most ${MESSAGE_BYTES} bytes`);
    const request = parseMessage(body);
    if (!request) return failure('INVALID_MESSAGE', 'Expected a JSON object with an action');
    const { action, id, channel } = request;
    const named = id === undefined ? {} : { id };
    if (action === 'ping') return { type: 'pong', ...named };
    if (action !== 'subscribe' && action !== 'unsubscribe') {
      return failure('UNKNOWN_ACTION', 'Known actions are subscribe, unsubscribe and ping', id);
    }
    if (!isSystemChannel(channel)) {
      return failure('UNKNOWN_CHANNEL', `Known channels are ${SYSTEM_CHANNELS.join(' and ')}`, id);
    }
    const connection = await connections.get(connectionId);
    if (!connection) return failure('UNAUTHORIZED', 'This connection is not open', id);
    await (action === 'subscribe'
      ? connections.subscribe(connection, channel)
      : connections.unsubscribe(connection, channel));
    return { type: 'ack', ...named };
  };

const parseMessage = (body: string): Request | undefined => {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return undefined;
  const { action, id, channel } = message as Record<string, unknown>;
  if (typeof action !== 'string') return undefined;
  return { action, id: typeof id === 'string' ? id.slice(0, 128) : undefined, channel };
};
