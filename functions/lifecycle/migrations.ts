import { memberKey } from '../table/keys.ts';
import type { Key, Table } from '../table/table.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * One step in the way that data are written. `change` brings one item up, or leaves it: it is called for every item of the
 * table, possibly again, beside callers that write. So each change is one conditional write that is right whatever happened
 * to the item since it was read, and that finds nothing to do the second time.
 */
export interface Migration {
  /** The version that the data have afterwards. Versions count from 1 without gaps. */
  readonly version: number;
  readonly about: string;
  /** Answers whether something was changed. */
  change(table: Table, item: Item & Key): Promise<boolean>;
}

/** Things that end with the membership of who set them up. */
const OF_A_MEMBERSHIP = /^(?:APIKEY#[^#]+ APIKEY|INVITATION#[^#]+ INVITATION|TEAM#[^#]+ (?:INVITATION|WEBHOOK)#.*)$/;

/**
 * Keys, invitations and webhooks from before memberships were noted are judged by times alone. They get the membership that
 * their times say, once and for all, while their maker is in it; those whose membership has ended hold no more either way.
 */
const memberships: Migration = {
  version: 1,
  about: 'keys, invitations and webhooks name the membership in which they were set up',
  change: async (table, { pk, sk, teamId, userId, invitedBy, keptBy, memberSince, createdAt }) => {
    if (!OF_A_MEMBERSHIP.test(`${pk} ${sk}`) || memberSince !== undefined) return false;
    const maker = keptBy ?? invitedBy ?? userId;
    if (typeof teamId !== 'string' || typeof maker !== 'string') return false;
    const member = memberKey(teamId, maker);
    const since = (await table.get(member))?.createdAt;
    if (typeof since !== 'string' || since > String(createdAt)) return false;
    const failed = await table.transact([
      {
        Update: {
          Key: { pk, sk },
          UpdateExpression: 'SET memberSince = :since',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(memberSince)',
          ExpressionAttributeValues: { ':since': since },
        },
      },
      {
        ConditionCheck: {
          Key: member,
          ConditionExpression: 'createdAt = :since',
          ExpressionAttributeValues: { ':since': since },
        },
      },
    ]);
    return failed.length === 0;
  },
};

/** All steps, in their order. */
export const MIGRATIONS: readonly Migration[] = [memberships];
