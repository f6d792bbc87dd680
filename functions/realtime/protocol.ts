import * as z from 'zod/mini';
import { ROOM_NAME, readChannel } from '../domain/channels.ts';

/** API Gateway takes larger messages, in several frames, than any of this protocol needs. */
export const MESSAGE_BYTES = 32 * 1024;

/** Messages that one connection may send in a minute. */
export const MESSAGES_A_MINUTE = 600;

/** A longer message counts as several for its person. */
export const BYTES_OF_ONE_MESSAGE = 4 * 1024;

const id = z.optional(z.union([z.string().check(z.maxLength(128)), z.number()]));
const channel = z.string().check(z.refine((name) => readChannel(name) !== undefined, 'Unknown channel'));
const room = z.string().check(z.regex(ROOM_NAME, 'A room has a name of up to 64 letters, digits, dots and dashes'));
const userId = z.string().check(z.regex(/^[\w-]{1,64}$/, 'Expected the id of a user'));

/** Deeper than real data, and shallow enough for every parser on the way. */
const MOST_LEVELS = 64;
const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((each) => isWithin(each, levels - 1)));
/** `1e400` is read as Infinity, which would be sent on as null. */
const holdsFinite = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(holdsFinite)
    : typeof value !== 'number' || Number.isFinite(value);
const data = z.unknown().check(
  z.refine((value) => value !== undefined, { message: 'Expected JSON', abort: true }),
  z.refine((value) => isWithin(value, MOST_LEVELS), {
    message: `Expected JSON of at most ${MOST_LEVELS} levels`,
    abort: true,
  }),
  z.refine(holdsFinite, 'Expected numbers that a computer holds'),
);

/** Every message that a client may send, by its `action`. `docs/realtime.md` and the tests of messages are made from it. */
export const REQUESTS = {
  ping: z.strictObject({ action: z.literal('ping'), id }),
  subscribe: z.strictObject({ action: z.literal('subscribe'), id, channel }),
  unsubscribe: z.strictObject({ action: z.literal('unsubscribe'), id, channel }),
  resume: z.strictObject({
    action: z.literal('resume'),
    id,
    channel,
    since: z.int().check(z.nonnegative()),
  }),
  publish: z.strictObject({ action: z.literal('publish'), id, channel, data }),
  broadcast: z.strictObject({ action: z.literal('broadcast'), id, data }),
  direct: z.strictObject({
    action: z.literal('direct'),
    id,
    to: z.string().check(z.regex(/^(?:user|connection):[\w=-]{1,64}$/, 'Expected user:<id> or connection:<id>')),
    data,
  }),
  'room.create': z.strictObject({
    action: z.literal('room.create'),
    id,
    room,
    private: z.optional(z.boolean()),
    invite: z.optional(z.array(userId).check(z.maxLength(100))),
  }),
  'room.join': z.strictObject({ action: z.literal('room.join'), id, room, createdBy: z.optional(userId) }),
  'room.leave': z.strictObject({ action: z.literal('room.leave'), id, room }),
  'room.list': z.strictObject({ action: z.literal('room.list'), id }),
  'room.members': z.strictObject({ action: z.literal('room.members'), id, room }),
} as const;

export type Action = keyof typeof REQUESTS;
/** A parsed message of a client. */
export type Request<A extends Action = Action> = { [K in A]: z.output<(typeof REQUESTS)[K]> }[A];

/** Why a message was refused; nothing has changed then. */
export const REFUSALS = {
  INVALID_MESSAGE: 'not a JSON object with an `action`, or a field is missing, unknown or has the wrong form',
  UNKNOWN_ACTION: 'an `action` that is not in the table',
  UNKNOWN_CHANNEL: 'an invalid name of a channel, wildcards included',
  TOO_LARGE: 'more than 32 KB, as received or as it would be sent on (`1e20` is written out)',
  RATE_LIMITED:
    'too many messages of one connection, or one person, in this minute, too many `resume` at once, or too many new channels today',
  UNAUTHORIZED: 'the connection is not open (any more)',
  FORBIDDEN: 'not allowed for this person or key, or not with this action',
  NOT_FOUND: 'no such room, user or connection in this team, or not visible to the caller',
  CONFLICT:
    'the room exists already, the connection is in another one of its name, or the limit of rooms or channels is reached',
  BUSY: 'the table is busy; retry in a moment',
  INTERNAL: 'a fault of the server; the state of the message is not known',
} as const;
export type Refusal = keyof typeof REFUSALS;

type RequestId = string | number | undefined;

/** The server's answer to one message. */
export interface Answer {
  readonly type: 'ack' | 'pong' | 'error';
  readonly id?: RequestId;
  readonly [field: string]: unknown;
}

/** A refusal for the client. */
export class Refused extends Error {
  readonly code: Refusal;
  constructor(code: Refusal, message: string) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

const named = (requestId: RequestId) => (requestId === undefined ? {} : { id: requestId });

export const ack = ({ id: requestId }: { id?: RequestId }, fields: object = {}): Answer => ({
  type: 'ack',
  ...named(requestId),
  ...fields,
});
export const pong = ({ id: requestId }: { id?: RequestId }): Answer => ({ type: 'pong', ...named(requestId) });
export const failure = (code: Refusal, message: string, requestId?: RequestId): Answer => ({
  type: 'error',
  ...named(requestId),
  code,
  message,
});

/** An own property of that name would become a prototype wherever the object is copied field by field. */
const withoutPrototypes = (key: string, value: unknown): unknown => {
  if (key === '__proto__') throw new SyntaxError('__proto__ is no field');
  return value;
};

const tooLarge = (requestId?: RequestId): Answer =>
  failure('TOO_LARGE', `Messages hold at most ${MESSAGE_BYTES} bytes`, requestId);

/** `1e20` is sent on as 21 digits: a message that was small when received may be larger than API Gateway can send. */
const isTooLong = (request: Request): boolean =>
  'data' in request && Buffer.byteLength(JSON.stringify(request.data)) > MESSAGE_BYTES;

const isAction = (action: unknown): action is Action => typeof action === 'string' && Object.hasOwn(REQUESTS, action);

/** Parses one message, or answers its fault. */
export const readRequest = (body: string): Request | Answer => {
  if (Buffer.byteLength(body) > MESSAGE_BYTES) return tooLarge();
  let message: unknown;
  try {
    message = JSON.parse(body, withoutPrototypes);
  } catch {
    return failure('INVALID_MESSAGE', 'Expected a JSON object with an action');
  }
  const { action, id: given } = Object(message) as { action?: unknown; id?: unknown };
  const requestId = id.safeParse(given).data;
  if (typeof action !== 'string' || Array.isArray(message))
    return failure('INVALID_MESSAGE', 'Expected a JSON object with an action', requestId);
  if (!isAction(action))
    return failure('UNKNOWN_ACTION', `Known actions are ${Object.keys(REQUESTS).join(', ')}`, requestId);
  const { success, data: request, error } = REQUESTS[action].safeParse(message);
  if (success) return isTooLong(request) ? tooLarge(requestId) : request;
  const [issue] = error.issues;
  if (issue?.path[0] === 'channel') return failure('UNKNOWN_CHANNEL', 'There is no channel of this name', requestId);
  const where = issue?.path.join('.') || 'message';
  return failure('INVALID_MESSAGE', `${where}: ${issue?.message ?? 'Invalid input'}`, requestId);
};

/** Distinguishes a request from the answer to an invalid message. */
export const isRequest = (read: Request | Answer): read is Request => 'action' in read;
