import type { Media, RealtimeErrorCode, TextCode, UploadCode } from '../api-types.ts';

/** The events of the system, by name. */
export interface SystemEvents {
  'media.created': Media;
  'media.updated': Media;
  'media.tagged': Media;
  'media.deleted': Media;
  'media.restored': Media;
  'media.text-extracted': TextEvent;
  'media.text-failed': TextEvent;
  'bulk.progressed': BulkProgressed;
  'upload.progressed': UploadProgressed;
  'upload.failed': UploadFailed;
}

export interface TextEvent {
  readonly id: string;
  readonly status: 'done' | 'failed';
  readonly code: TextCode | null;
  readonly message: string | null;
  readonly language: string | null;
  readonly pageCount: number | null;
}

/** The progress of a change of all records that match. */
export interface BulkProgressed {
  readonly id: string;
  readonly action: 'tag' | 'untag' | 'delete' | 'restore' | 'visibility';
  readonly status: 'queued' | 'running' | 'done' | 'cancelled' | 'failed';
  readonly reason: string | null;
  readonly total: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface UploadProgressed {
  readonly id: string;
  readonly mediaId: string;
  readonly filename: string;
  /** Null where the sender did not announce it. */
  readonly fileSize: number | null;
  readonly storedBytes: number;
  readonly storedParts: number;
  readonly partCount: number | null;
}

export interface UploadFailed {
  readonly id: string;
  readonly mediaId: string;
  readonly filename: string;
  readonly status: 'rejected' | 'failed' | 'expired';
  readonly code: UploadCode;
  readonly message: string;
}

/** An event in its place: `seq` counts from 1 in each channel, without gaps. */
export interface ChannelEvent<Name extends string = string, Data = unknown> {
  readonly type: 'event';
  readonly channel: string;
  readonly seq: number;
  readonly event: Name;
  readonly data: Data;
  readonly at: string;
  /** The sender; absent where the system is the sender. */
  readonly from?: {
    readonly userId: string;
    readonly connectionId: string;
    /** Says that a key published, and not the person who made it. */
    readonly by?: 'api-key';
  };
}

/** A member joined or left a room. Has no `seq`, and is not stored. */
export interface Presence {
  readonly type: 'presence';
  readonly channel: string;
  readonly event: 'joined' | 'left';
  readonly user: string;
  readonly connection: string;
  readonly at: string;
}

export interface Ack {
  readonly type: 'ack' | 'pong';
  readonly id?: string;
  readonly [field: string]: unknown;
}

export interface Refusal {
  readonly type: 'error';
  readonly id?: string;
  readonly code: RealtimeErrorCode;
  readonly message: string;
}

export type Said = ChannelEvent | Presence | Ack | Refusal;

/** Events of the client itself. */
export interface ClientEvents {
  /** Every event of every channel, in the order of its channel and once. */
  event: ChannelEvent;
  /** Messages of members, to a channel, to all or to one. */
  message: ChannelEvent<'message'>;
  presence: Presence;
  /** The log of a channel does not go back to the missed events: read its content again. */
  gap: { readonly channel: string };
  status: { readonly status: Status; readonly error?: Error };
}

/** `closed` permanently: by `close()`, because access is refused (any more), or because there never was a connection. */
export type Status = 'connecting' | 'open' | 'closed';

export type Events = SystemEvents & ClientEvents;
