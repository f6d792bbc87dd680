import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { AccountStore } from '../accounts/account-store.ts';
import { forEachConcurrently } from '../shared/for-each-concurrently.ts';
import type { ConnectionStore } from './connection-store.ts';
import type { PlanEnds } from './end-queue.ts';
import { broadcastLeft, type PresenceDeps } from './presence.ts';

export interface EndConnectionsDeps extends PresenceDeps {
  readonly connections: PresenceDeps['connections'] & Pick<ConnectionStore, 'ofUser' | 'endAll'>;
  readonly accounts: Pick<AccountStore, 'person'>;
  readonly plan: PlanEnds;
}

/** Each of them has up to as many connections as a person may, whose marks go side by side as well. */
const PEOPLE_AT_ONCE = 4;
/** The management API's client has so many sockets. */
const CLOSED_AT_ONCE = 128;
/** Events of other teams wait in the same batch; connections that are not closed by then are left to the queue. */
const CLOSED_WITHIN_MILLISECONDS = 4_000;
/** A closed connection leaves its channels by its own `$disconnect`; the queue follows, for those where it is missing. */
const FORGOTTEN_AFTER_MILLISECONDS = 3_000;

/** The connections to end: all of a person in a team, or those that one credential opened. */
interface Ended {
  readonly userId: string;
  readonly teamId?: string;
  readonly credentialId?: string;
}

type Image = Readonly<Record<string, unknown>> | undefined;
const image = (attributes: unknown): Image =>
  attributes ? unmarshall(attributes as Record<string, AttributeValue>) : undefined;

const endedBy = ({ dynamodb }: DynamoDBRecord): Ended | undefined => {
  const before = image(dynamodb?.OldImage);
  const after = image(dynamodb?.NewImage);
  if (!before) return undefined;
  const { pk, sk, userId, teamId, id } = before as Readonly<Record<string, string>>;
  // All logins but one ended with the password; clients that still may connect again.
  if (sk === 'USER' && id) return before.passwordVersion === after?.passwordVersion ? undefined : { userId: id };
  if (!userId) return undefined;
  // Another role has other rights; the client connects again and its rights are read anew.
  if (sk?.startsWith('MEMBER#') && pk?.startsWith('TEAM#') && teamId) {
    return before.role === after?.role ? undefined : { userId, teamId };
  }
  if (sk === 'APIKEY' && !after && teamId && id) return { userId, teamId, credentialId: id };
  if (sk !== 'SESSION' || !id) return undefined;
  return after ? undefined : { userId, credentialId: id };
};

/** Connections of a person in a team that are marked as ended, and still have to be closed and to leave their channels. */
export interface EndedOfPerson {
  readonly teamId: string;
  readonly userId: string;
  readonly ids: readonly string[];
}

/**
 * Marks the connections of removed members, and of revoked or logged-out credentials, as ended. That takes a few sequential
 * writes, for any number of connections and subscriptions; the rest is done by `closeEnded` and the queue of planned ends.
 */
export const endConnections = async (
  records: readonly DynamoDBRecord[],
  deps: EndConnectionsDeps,
): Promise<readonly EndedOfPerson[]> => {
  const all: EndedOfPerson[] = [];
  const ends = records.flatMap((record) => endedBy(record) ?? []);
  await forEachConcurrently(PEOPLE_AT_ONCE, ends, async (end) => {
    const teamIds = end.teamId ? [end.teamId] : await teamsOf(end.userId, deps);
    await forEachConcurrently(PEOPLE_AT_ONCE, teamIds, async (teamId) => {
      const ids = await openBy(teamId, end, deps);
      await deps.connections.endAll(teamId, end.userId, ids);
      all.push({ teamId, userId: end.userId, ids });
    });
  });
  return all;
};

const teamsOf = async (userId: string, { accounts }: EndConnectionsDeps): Promise<readonly string[]> =>
  ((await accounts.person(userId))?.teams ?? []).map(({ teamId }) => teamId);

const openBy = async (teamId: string, { userId, credentialId }: Ended, { connections }: EndConnectionsDeps) =>
  (await connections.ofUser(teamId, userId))
    .filter((connection) => credentialId === undefined || connection.credentialId === credentialId)
    .map(({ id }) => id);

/**
 * Closes connections that are marked as over, side by side, and has the queue of planned ends forget each of them. What cannot
 * be closed in time is closed by the queue as well. Safe to repeat.
 */
export const closeEnded = async (ended: readonly EndedOfPerson[], deps: EndConnectionsDeps): Promise<void> => {
  const ids = [...new Set(ended.flatMap((each) => each.ids))];
  if (ids.length === 0) return;
  const now = deps.clock();
  const until = now.getTime() + CLOSED_WITHIN_MILLISECONDS;
  const at = now.getTime() + FORGOTTEN_AFTER_MILLISECONDS;
  await Promise.all([
    deps.plan(
      ids.map((connectionId) => ({ connectionId, at })),
      now,
    ),
    forEachConcurrently(CLOSED_AT_ONCE, ids, async (id) => {
      if (deps.clock().getTime() < until) await close(id, deps);
    }),
  ]);
};

/** One that cannot be closed does not keep others open. */
const close = (id: string, { sender, reportFailure }: Pick<PresenceDeps, 'sender' | 'reportFailure'>): Promise<void> =>
  sender.close(id).catch((error: unknown) => reportFailure(id, error));

/** Once deleted, a connection receives nothing more, even if it cannot be closed. */
export const endConnection = async (id: string, deps: PresenceDeps): Promise<void> => {
  const [forgotten] = await Promise.all([deps.connections.forget(id), close(id, deps)]);
  await broadcastLeft(forgotten, deps);
};
