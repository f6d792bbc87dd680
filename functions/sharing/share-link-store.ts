import { entity, epochSeconds, ofPassword, putNew } from '../accounts/entity.ts';
import type { CountedShareLink, OpenShareLink, ShareLink } from '../domain/share-link.ts';
import { shareLinkKey, teamShareLinkKey } from '../table/keys.ts';
import { allItems } from '../table/pages.ts';
import type { Table } from '../table/table.ts';

/** The entry of a link in its team's list, where its views are counted. The ids of its records are at the link alone. */
interface Listed extends CountedShareLink {
  readonly hash: string;
}

const shown = ({ hash: _, ...link }: Listed): CountedShareLink => link;

/** Share links in DynamoDB, by the hashes of their tokens. They never change, so that an access to one holds until its end. */
export const dynamoShareLinks = (table: Table) => ({
  /** False when its maker's password is not of this version any more. */
  create: async (
    link: ShareLink,
    { hash, passwordHash, mediaIds }: Pick<OpenShareLink, 'passwordHash' | 'mediaIds'> & { readonly hash: string },
    passwordVersion?: number,
  ): Promise<boolean> => {
    const ttl = link.expiresAt === null ? {} : { ttl: epochSeconds(link.expiresAt) };
    const items = [
      putNew({ ...shareLinkKey(hash), ...link, passwordHash, mediaIds, ...ttl }),
      putNew({ ...teamShareLinkKey(link.teamId, link.id), ...link, hash, views: 0, viewedAt: null, ...ttl }),
    ];
    const failed = await table.transact([...items, ...ofPassword(link.userId, passwordVersion)]);
    if (failed.some((position) => position < items.length)) throw new Error(`share link id ${link.id} is taken`);
    return failed.length === 0;
  },

  find: async (hash: string): Promise<OpenShareLink | undefined> =>
    entity<OpenShareLink>(await table.get(shareLinkKey(hash))),

  list: async (teamId: string): Promise<readonly CountedShareLink[]> => {
    const items = await allItems(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': teamShareLinkKey(teamId, '').pk,
        ':first': 'SHARELINK#',
        ':last': 'SHARELINK#\uffff',
      },
      ConsistentRead: true,
    });
    return items.flatMap((item) => entity<Listed>(item) ?? []).map(shown);
  },

  /** Counts that the link was opened, unless it was revoked meanwhile. */
  countView: async ({ teamId, id }: Pick<ShareLink, 'teamId' | 'id'>, at: string): Promise<void> => {
    await table.update({
      Key: teamShareLinkKey(teamId, id),
      UpdateExpression: 'SET viewedAt = :at ADD #views :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#views': 'views' },
      ExpressionAttributeValues: { ':at': at, ':one': 1 },
    });
  },

  /** False when the team has no such link. */
  remove: async (teamId: string, id: string): Promise<boolean> => {
    const place = await table.get(teamShareLinkKey(teamId, id));
    if (!place) return false;
    await table.transact([
      { Delete: { Key: shareLinkKey(String(place.hash)) } },
      { Delete: { Key: teamShareLinkKey(teamId, id) } },
    ]);
    return true;
  },
});

export type ShareLinkStore = ReturnType<typeof dynamoShareLinks>;
