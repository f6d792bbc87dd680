import type { Connection } from './connection.ts';
import { Refused } from './protocol.ts';

/** The caller and the kind of credential: a key has the id of the person who made it, and is not that person. */
export type Listener = Pick<Connection, 'userId' | 'credentialKind' | 'scopes' | 'guest'>;

/**
 * Whether the caller is a person who is logged in. Messages to a person, or in a private room, are not for that person's keys.
 */
export const isPerson = ({ credentialKind }: Pick<Listener, 'credentialKind'>): boolean => credentialKind === 'login';

/** Throws unless the caller is a person: keys are in sites and scripts, where other people can read them. */
export const expectPerson = (listener: Listener): void => {
  if (!isPerson(listener)) throw new Refused('FORBIDDEN', 'This is for people who are logged in, not for API keys');
};

/**
 * Throws unless the caller may send to others in the team: a person, or a key with the scope to broadcast. A guest is the only
 * member of a team, and published messages are stored for a day.
 */
export const expectVoice = (listener: Listener): void => {
  if (listener.guest) throw new Refused('FORBIDDEN', 'Guests are alone in their team: there is no other to talk to');
  if (isPerson(listener) || listener.scopes.includes('realtime:broadcast')) return;
  throw new Refused('FORBIDDEN', 'An API key needs the scope realtime:broadcast to talk in channels and open rooms');
};
