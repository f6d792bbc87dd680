import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { AccountStore } from '../accounts/account-store.ts';
import type { ConnectionStore } from './connection-store.ts';
import { broadcastLeft, type PresenceDeps } from './presence.ts';

export interface EndConnectionsDeps extends PresenceDeps {
  readonly connections: PresenceDeps['connections'] & Pick<ConnectionStore, 'ofUser'>;
  readonly accounts: Pick<AccountStore, 'person'>;
}

/** Whose connections have to end: all of a person in a team, or those that one credential opened. */
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

/** Closes the connections of those who were removed from a team, and of credentials that were revoked or logged out. */
export const endConnections = async (records: readonly DynamoDBRecord[], deps: EndConnectionsDeps): Promise<void> => {
  for (const ended of records.flatMap((record) => endedBy(record) ?? [])) {
    const teamIds = ended.teamId ? [ended.teamId] : await teamsOf(ended.userId, deps);
    for (const teamId of teamIds) await endIn(teamId, ended, deps);
  }
};

const teamsOf = async (userId: string, { accounts }: EndConnectionsDeps): Promise<readonly string[]> =>
  ((await accounts.person(userId))?.teams ?? []).map(({ teamId }) => teamId);

const endIn = async (teamId: string, { userId, credentialId }: Ended, deps: EndConnectionsDeps): Promise<void> => {
  const open = (await deps.connections.ofUser(teamId, userId)).filter(
    (connection) => credentialId === undefined || connection.credentialId === credentialId,
  );
  for (const { id } of open) await endConnection(id, deps);
};

/** Forgotten, a connection hears nothing more, even if it cannot be closed; and one that cannot does not keep others open. */
export const endConnection = async (id: string, deps: PresenceDeps): Promise<void> => {
  const forgotten = await deps.connections.forget(id);
  await deps.sender.close(id).catch((error: unknown) => deps.reportFailure(id, error));
  await broadcastLeft(forgotten, deps);
};
