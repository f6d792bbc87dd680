import { MOST_CHANNELS } from './connection.ts';
import { MOST_PLACES, type Noted } from './place-counter.ts';
import { Refused } from './protocol.ts';

/** Throws unless the connection could take the channel in. */
export const expectNoted = (outcome: Noted): void => {
  if (outcome === 'gone') throw new Refused('UNAUTHORIZED', 'This connection is not open');
  if (outcome === 'full') throw new Refused('CONFLICT', `A connection hears at most ${MOST_CHANNELS} channels`);
  if (outcome === 'crowded') {
    throw new Refused(
      'CONFLICT',
      `A person has at most ${MOST_PLACES} places in channels over all connections, and their keys half of that`,
    );
  }
};
