import type { AccountStore } from '../accounts/account-store.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import type { Claims } from '../table/claim-store.ts';
import type { BegunChannels } from './begun-channels.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { DeliverDeps } from './deliver.ts';
import type { EventLog } from './event-log.ts';
import type { PresenceDeps } from './presence.ts';
import type { Action, Request } from './protocol.ts';
import type { RoomStore } from './room-store.ts';

/**
 * The limits on messages. A client opens a new connection in a moment, so a limit of the connection does not limit its sender.
 */
export interface MessageLimits {
  /** Prevents one connection from using up its person's limit. */
  readonly ofConnection: RateLimiter;
  /** Counts for the person over all connections, and for the address that guests share. */
  readonly ofSender: RateLimiter;
}

export interface MessageDeps extends DeliverDeps, PresenceDeps {
  readonly connections: Pick<
    ConnectionStore,
    'get' | 'note' | 'subscribe' | 'unsubscribe' | 'isSubscribed' | 'subscribers' | 'endedIn' | 'forget' | 'forgetGone'
  >;
  readonly rooms: RoomStore;
  readonly log: EventLog;
  readonly accounts: Pick<AccountStore, 'role'>;
  readonly limits: MessageLimits;
  readonly claims: Pick<Claims, 'take' | 'release'>;
  readonly begunChannels: BegunChannels;
}

/** A received message: its sender and its id. */
export interface ClientMessage<A extends Action = Action> {
  readonly request: Request<A>;
  readonly connection: Connection;
  readonly messageId: string;
  /** Counts more messages for the sender, after work that is worth so many; they take the rest of the minute at most. */
  readonly charge: (messages: number) => Promise<void>;
}
