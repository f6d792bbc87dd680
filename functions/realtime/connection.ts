import type { NamedCredential } from '../domain/principal.ts';
import type { Scope } from '../domain/scopes.ts';

/** An open WebSocket connection: its owner and their rights. */
export interface Connection {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly connectedAt: string;
  readonly scopes: readonly Scope[];
  /** The login or key that opened it; with its end the connection ends. */
  readonly credentialId: string;
  /** Which of the two it was: a key may do less in realtime than the person who made it. */
  readonly credentialKind: NamedCredential['kind'];
  /** Whether its owner is a guest. */
  readonly guest?: boolean | undefined;
  /** The address of its handshake, as calls are counted for it. */
  readonly address?: string | undefined;
  /** When its credential expires, in milliseconds since the epoch; absent when that is later than any connection lasts. */
  readonly endsAt?: number | undefined;
  /** Its subscriptions, by internal channel names; a channel may be here a moment before it is subscribed. */
  readonly channels?: readonly string[] | undefined;
}

/** One connection's place in one channel of its team. */
export interface Subscription extends Pick<Connection, 'id' | 'teamId'> {
  readonly channel: string;
}

/** The call that deletes a connection goes through all of its channels. */
export const MOST_CHANNELS = 200;
