import { setTimeout as pause } from 'node:timers/promises';
import { boundFor, countedFor } from '../domain/counted-for.ts';
import type { Claims } from '../table/claim-store.ts';
import type { Connection } from './connection.ts';
import { Refused } from './protocol.ts';

/** Each `resume` occupies an execution until its events are sent, which a slow receiver draws out to many seconds. */
export const RESUMES_AT_ONCE = { ofConnection: 1, ofPerson: 4, ofGuestsOfAddress: 2 } as const;
/** The longest time of an invocation, for one that crashed. */
const LOST_SECONDS = 30;
/** A client may send the next `resume` at the answer to the one before, whose place is given back a moment after it. */
const LOOKS = 4;
const LOOK_MILLISECONDS = 50;

/** Resumes in one of the places of a connection's person, or of all guests of its address; refused while none is free. */
export const inResumeTurn = async <T>(
  connection: Connection,
  messageId: string,
  claims: Pick<Claims, 'take' | 'release'>,
  work: () => Promise<T>,
): Promise<T> => {
  const { share, most } = placesOf(connection);
  const limits = { ofHolder: RESUMES_AT_ONCE.ofConnection, ofAll: most, lanes: 1 };
  const request = { holder: connection.id, limits, seconds: LOST_SECONDS };
  for (let look = 1; !(await claims.take(share, messageId, request)); look += 1) {
    if (look === LOOKS) throw new Refused('RATE_LIMITED', 'Too many channels are resumed at once; wait for an answer');
    await pause(LOOK_MILLISECONDS);
  }
  try {
    return await work();
  } finally {
    // The place of a release that fails is free after the time of an invocation.
    await claims.release(share, messageId).catch(() => undefined);
  }
};

const placesOf = ({ userId, credentialKind, guest, address }: Connection) => {
  if (guest) return { share: `resuming#address#${address ?? 'unknown'}`, most: RESUMES_AT_ONCE.ofGuestsOfAddress };
  const counted = countedFor(userId, { kind: credentialKind });
  return { share: `resuming#${counted.id}`, most: boundFor(counted, RESUMES_AT_ONCE.ofPerson) };
};
