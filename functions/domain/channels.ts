import type { NamedCredential } from './principal.ts';

/** Channels of a team to which only the system publishes. */
export const SYSTEM_CHANNELS = ['media', 'uploads'] as const;
export type SystemChannel = (typeof SYSTEM_CHANNELS)[number];

/** Messages to a whole team; only `broadcast` publishes there. */
export const TEAM_CHANNEL = 'team';

/** Channels by who may listen and who may publish. */
export type Channel =
  | { readonly kind: 'system'; readonly name: string }
  /** Members publish to it, and listen to it. */
  | { readonly kind: 'open'; readonly name: string }
  | { readonly kind: 'user' | 'connection' | 'room'; readonly name: string; readonly of: string };

const OPEN = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const PREFIXED = /^(user|connection|room):([\w=.-]{1,64})$/;

/** The allowed names of a room. */
export const ROOM_NAME = /^[a-z0-9][\w.-]{0,63}$/i;

/** Reads the name of a channel; undefined for what no channel is called, a wildcard for example. */
export const readChannel = (name: string): Channel | undefined => {
  if (name === TEAM_CHANNEL || SYSTEM_CHANNELS.some((channel) => channel === name)) return { kind: 'system', name };
  if (OPEN.test(name)) return { kind: 'open', name };
  const [, kind, of] = PREFIXED.exec(name) ?? [];
  return kind && of ? { kind: kind as 'user' | 'connection' | 'room', name, of } : undefined;
};

export const userChannel = (userId: string): string => `user:${userId}`;
/**
 * The channel by which the connections of a person's keys are found when they have to end. No client can write its name, and
 * nothing is sent to it: messages to a person are not for their keys.
 */
export const keysChannel = (userId: string): string => `keys:${userId}`;
export const connectionChannel = (connectionId: string): string => `connection:${connectionId}`;
export const roomChannel = (room: string): string => `room:${room}`;

/** The name of the room whose channel this is. */
export const roomOf = (channel: string): string | undefined =>
  channel.startsWith('room:') ? channel.slice('room:'.length) : undefined;

/**
 * The internal name of a private room. It contains its creator, so a member who takes the same name for another room learns
 * nothing of it. No client can write the separator.
 */
export const privateRoom = (name: string, makerId: string): string => `${name}@${makerId}`;

/** A channel by the name that its listeners know it by. */
export const shownChannel = (channel: string): string =>
  roomOf(channel) === undefined ? channel : channel.replace(/@.*$/, '');

/** The channels that a connection listens to from the start, by the login or key that opened it. */
export const channelsOf = (userId: string, opened: NamedCredential['kind']): readonly string[] => [
  ...SYSTEM_CHANNELS,
  TEAM_CHANNEL,
  opened === 'login' ? userChannel(userId) : keysChannel(userId),
];

/** The events of the system. */
export const SYSTEM_EVENTS = [
  'media.created',
  'media.updated',
  'media.tagged',
  'media.deleted',
  'media.restored',
  'media.text-extracted',
  'media.text-failed',
  'bulk.progressed',
  'upload.progressed',
  'upload.failed',
] as const;

/** Beside them what members publish, to a channel, to all or to one. */
export type EventName = (typeof SYSTEM_EVENTS)[number] | 'message';

/** The publisher of a message. */
export interface Publisher {
  readonly userId: string;
  readonly connectionId: string;
  /** Says that a key published, and not the person who made it. */
  readonly by?: 'api-key';
}

/** An event of a team before it has its number in a channel. */
export interface DomainEvent {
  /** The source of the event, a stream record or a message: a repeated source adds no event. */
  readonly eventId: string;
  readonly teamId: string;
  readonly channel: string;
  readonly event: EventName;
  readonly data: unknown;
  readonly at: string;
  readonly from?: Publisher;
}

/** A domain event in its place. `seq` counts from 1 in each channel of a team, without gaps. */
export interface ChannelEvent {
  readonly type: 'event';
  readonly channel: string;
  readonly seq: number;
  readonly event: EventName;
  readonly data: unknown;
  readonly at: string;
  readonly from?: Publisher;
}
