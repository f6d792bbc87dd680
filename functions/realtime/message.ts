import { countedFor } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import type { Caller, RateLimiter, RateLimitStatus } from '../http/rate-limit.ts';
import type { ClientMessage, MessageDeps } from './client-message.ts';
import type { Connection } from './connection.ts';
import {
  type Action,
  type Answer,
  BYTES_OF_ONE_MESSAGE,
  failure,
  isRequest,
  pong,
  type Refusal,
  Refused,
  readRequest,
} from './protocol.ts';
import { broadcast, direct, publish } from './publish.ts';
import { resume } from './resume.ts';
import { createRoom, joinRoom, leaveRoom, listRooms, roomMembers } from './rooms.ts';
import { subscribe, unsubscribe } from './subscribe.ts';

/** Sends an answer before the work has ended, since later messages may depend on it. */
type Reply = (answer: Answer) => Promise<void>;
type ActionHandler<A extends Action> = (sent: ClientMessage<A>, deps: MessageDeps, reply: Reply) => Promise<void>;

const ACTIONS: { readonly [A in Exclude<Action, 'ping'>]: ActionHandler<A> } = {
  subscribe,
  unsubscribe,
  resume,
  publish,
  broadcast,
  direct,
  'room.create': createRoom,
  'room.join': joinRoom,
  'room.leave': leaveRoom,
  'room.list': listRooms,
  'room.members': roomMembers,
};

/** Codes of the HTTP API that mean the same here. */
const SHARED: Partial<Record<string, Refusal>> = { NOT_FOUND: 'NOT_FOUND', FORBIDDEN: 'FORBIDDEN', BUSY: 'BUSY' };

export interface Message {
  readonly connectionId: string;
  readonly messageId: string;
  readonly body: string;
}

/** Executes a message of a client. A fault of the message is answered as an `error`; the connection stays open. */
export const answerMessage =
  (deps: MessageDeps, reportFault: (messageId: string, error: unknown) => void) =>
  async ({ connectionId, messageId, body }: Message): Promise<void> => {
    const reply: Reply = async (answer) => {
      if (await takes(connectionId, answer, deps)) return;
      await deps.onForgotten?.(await deps.connections.forget(connectionId));
    };
    const request = readRequest(body);
    const { id } = request;
    try {
      await count(deps.limits.ofConnection, { kind: 'user', id: `connection#${connectionId}` });
      const connection = await deps.connections.get(connectionId);
      if (!connection) {
        // It receives nothing any more; its client has to reconnect.
        await reply(failure('UNAUTHORIZED', 'This connection is not open', id));
        return await deps.sender.close(connectionId);
      }
      const sender = senderOf(connection);
      const status = await count(deps.limits.ofSender, sender, weightOf(body));
      const charge = async (messages: number): Promise<void> => {
        const more = Math.min(messages, status?.remaining ?? 0);
        if (more > 0) await deps.limits.ofSender(sender, more);
      };
      if (!isRequest(request)) return await reply(request);
      if (request.action === 'ping') return await reply(pong(request));
      const act = ACTIONS[request.action] as ActionHandler<Action>;
      await act({ request, connection, messageId, charge }, deps, reply);
    } catch (error) {
      const code = error instanceof Refused ? error.code : error instanceof MediaError ? SHARED[error.code] : undefined;
      if (code) return reply(failure(code, (error as Error).message, id));
      reportFault(messageId, error);
      await reply(failure('INTERNAL', 'Something went wrong', id));
    }
  };

const count = async (limit: RateLimiter, caller: Caller, messages = 1): Promise<RateLimitStatus | undefined> => {
  const status = await limit(caller, messages);
  if (!status?.exceeded) return status;
  throw new Refused('RATE_LIMITED', `Too many messages; go on in ${status.reset} seconds`);
};

/** For whom a message counts. An address makes many guests; together they share one limit, which HTTP calls count for as well. */
const senderOf = ({ userId, credentialKind, guest, address }: Connection): Caller => {
  if (guest) return { kind: 'address', id: address ?? 'unknown' };
  const { id, isKey } = countedFor(userId, { kind: credentialKind });
  return { kind: isKey ? 'key' : 'user', id: `messages#${id}` };
};

/** Published data is stored for a day, so a message counts by its size. */
const weightOf = (body: string): number => Math.max(1, Math.ceil(Buffer.byteLength(body) / BYTES_OF_ONE_MESSAGE));

/** False when the connection is gone, or was closed because it does not accept its answers. */
const takes = async (connectionId: string, answer: Answer, { sender, reportFailure }: MessageDeps) => {
  try {
    return await sender.send(connectionId, answer);
  } catch (error) {
    reportFailure(connectionId, error);
    await sender.close(connectionId);
    return false;
  }
};
