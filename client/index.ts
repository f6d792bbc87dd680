export type { Answer, Body, Call, Route } from './api.ts';
export type { ErrorCode, Media, Operations, RealtimeErrorCode, TextCode, UploadCode } from './api-types.ts';
export type { ClientOptions, ContentOptions, FileLike, Mediashelf } from './client.ts';
export type { LoggedIn, Tokens } from './credentials.ts';
export { MediashelfError, type MediashelfErrorCode } from './errors.ts';
export type {
  ChannelEvent,
  Events,
  Presence,
  Status,
  SystemEvents,
  UploadFailed,
  UploadProgressed,
} from './realtime/messages.ts';
export type { Realtime, RealtimeOptions } from './realtime/realtime.ts';
export type { Member, Room, RoomOptions } from './realtime/room.ts';
export type { RetryPolicy } from './retry.ts';
export type { Source } from './source.ts';
export type { Outcome } from './uploads/outcome.ts';
export type { PartEvent } from './uploads/parts.ts';
export { stateOfPending, type UploadState } from './uploads/state.ts';
export type { Progress, Stored, StoreOptions } from './uploads/store.ts';
