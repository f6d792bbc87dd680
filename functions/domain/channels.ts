/** Channels of a team that the system alone publishes to. */
export const SYSTEM_CHANNELS = ['media', 'uploads'] as const;
export type SystemChannel = (typeof SYSTEM_CHANNELS)[number];

export const isSystemChannel = (name: unknown): name is SystemChannel =>
  SYSTEM_CHANNELS.some((channel) => channel === name);

export type EventName =
  | 'media.created'
  | 'media.updated'
  | 'media.tagged'
  | 'media.deleted'
  | 'media.restored'
  | 'media.text-extracted'
  | 'media.text-failed'
  | 'upload.failed';

/** Something that happened in a team, before it has its place in a channel. */
export interface Happening {
  /** The stream record that tells of it: a record that comes again tells nothing new. */
  readonly eventId: string;
  readonly teamId: string;
  readonly channel: SystemChannel;
  readonly event: EventName;
  readonly data: unknown;
  readonly at: string;
}

/** A happening in its place. `seq` counts from 1 in each channel of a team, without gaps. */
export interface ChannelEvent {
  readonly type: 'event';
  readonly channel: string;
  readonly seq: number;
  readonly event: EventName;
  readonly data: unknown;
  readonly at: string;
}
