import type { ChannelEvent, Presence } from './messages.ts';
import { openRoom, type Room, type RoomDeps, type RoomOptions } from './room.ts';

export interface EnterDeps extends Pick<RoomDeps, 'ask'> {
  readonly resume: (channel: string) => Promise<void>;
  readonly forget: (channel: string) => void;
}

/** The rooms that the client is in, by their channel. */
export const enterRooms = ({ ask, resume, forget }: EnterDeps) => {
  const rooms = new Map<string, Room & { enter(): Promise<void> }>();
  const remove = (channel: string): void => {
    rooms.delete(channel);
    forget(channel);
  };
  return {
    remove,
    has: (channel: string): boolean => rooms.has(channel),
    heard: (said: ChannelEvent | Presence): void => rooms.get(said.channel)?.heard(said),
    enter: async (name: string, options: RoomOptions): Promise<Room> => {
      const channel = `room:${name}`;
      const known = rooms.get(channel);
      if (known) return known;
      const room = openRoom(name, options, { ask, resume: () => resume(channel), forget: () => remove(channel) });
      // Events right after the answer need the handler.
      rooms.set(channel, room);
      await room.enter().catch((error: unknown) => {
        remove(channel);
        throw error;
      });
      return room;
    },
    /** Enters the rooms on a new connection; `onLost` is called for one that is gone, or cannot be entered any more. */
    restore: (onLost: (channel: string) => void): readonly Promise<void>[] =>
      [...rooms].map(([channel, room]) => room.enter().catch(() => onLost(channel))),
  };
};
