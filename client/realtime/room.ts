import { MediashelfError } from '../errors.ts';
import { emitter } from './emitter.ts';
import type { Ack, ChannelEvent, Presence } from './messages.ts';

export interface RoomOptions {
  /** Creates the room if there is none. */
  readonly create?: boolean;
  /** Only for its creator and those in `invite`; for all others the room does not exist. */
  readonly private?: boolean;
  readonly invite?: readonly string[];
}

export interface RoomEvents {
  message: ChannelEvent<'message'>;
  presence: Presence;
}

export interface Member {
  readonly user: string;
  readonly connection: string;
}

export interface Room {
  readonly name: string;
  on<Name extends keyof RoomEvents>(name: Name, listener: (value: RoomEvents[Name]) => void): () => void;
  /** Answers the `seq` of the message. */
  say(data: unknown): Promise<number>;
  members(): Promise<readonly Member[]>;
  leave(): Promise<void>;
  /** Handles messages of the room. */
  heard(said: ChannelEvent | Presence): void;
}

export interface RoomDeps {
  readonly ask: (action: string, fields: object) => Promise<Ack>;
  readonly resume: () => Promise<void>;
  readonly forget: () => void;
}

const codeOf = (error: unknown): string => (error instanceof MediashelfError ? error.code : '');

/** A room that the caller is in. It is removed with its last connection, and created again then if `create` was set. */
export const openRoom = (
  name: string,
  { create = false, private: isPrivate, invite }: RoomOptions,
  { ask, resume, forget }: RoomDeps,
): Room & { enter(): Promise<void> } => {
  const { on, emit } = emitter<RoomEvents>();
  const fields = {
    room: name,
    ...(isPrivate === undefined ? {} : { private: isPrivate }),
    ...(invite === undefined ? {} : { invite }),
  };

  const joinOrMake = async (): Promise<void> => {
    try {
      await ask('room.join', { room: name });
    } catch (error) {
      if (!create || codeOf(error) !== 'NOT_FOUND') throw error;
      // Two clients that find none create it at once, and one of them gets `CONFLICT`.
      await ask('room.create', fields).catch(async (refused: unknown) => {
        if (codeOf(refused) !== 'CONFLICT') throw refused;
        await ask('room.join', { room: name });
      });
    }
  };

  return {
    name,
    on,
    enter: async () => {
      await joinOrMake();
      await resume();
    },
    heard: (said) => {
      if (said.type === 'presence') emit('presence', said);
      else emit('message', said as ChannelEvent<'message'>);
    },
    say: async (data) => Number((await ask('publish', { channel: `room:${name}`, data })).seq),
    members: async () => (await ask('room.members', { room: name })).members as readonly Member[],
    leave: async () => {
      forget();
      await ask('room.leave', { room: name });
    },
  };
};
