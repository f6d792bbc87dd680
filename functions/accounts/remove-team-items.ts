import { channelsOf } from '../domain/channels.ts';
import { removeRanks } from '../library/rank-generations.ts';
import { removeShards } from '../library/total-shards.ts';
import {
  collectionKey,
  openUploadsKey,
  sequenceKey,
  shareLinkKey,
  tagKey,
  tagsKey,
  tagWorkKey,
  teamCollectionKey,
  teamKey,
  teamShareLinkKey,
  teamTagKey,
  totalsKey,
} from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import type { Key, Table } from '../table/table.ts';

/**
 * Removes everything that lies beside a team without records, but for the team itself: it goes last, by the caller, since it
 * is what a later call finds. `userId` is the last person who was in it.
 */
export const removeTeamItems = async (table: Table, teamId: string, userId: string): Promise<void> => {
  const pages = pagesOf(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': teamKey(teamId).pk },
  });
  for await (const page of pages) {
    for (const item of page) {
      const key: Key = { pk: String(item.pk), sk: String(item.sk) };
      if (key.sk === teamKey(teamId).sk) continue;
      if (key.sk === teamTagKey(teamId, String(item.slug)).sk) {
        for (const each of [tagWorkKey(String(item.id)), tagKey(String(item.id))]) await table.remove(each);
      }
      if (key.sk === teamCollectionKey(teamId, String(item.id)).sk) await table.remove(collectionKey(String(item.id)));
      if (key.sk === teamShareLinkKey(teamId, String(item.id)).sk) await table.remove(shareLinkKey(String(item.hash)));
      await table.remove(key);
    }
  }
  await removeRanks(table, teamId);
  for (const channel of channelsOf(userId, 'login')) await table.remove(sequenceKey(teamId, channel));
  await table.remove(tagsKey(teamId));
  for (const counter of [openUploadsKey(userId), totalsKey(teamId)]) await removeShards(table, counter);
};
