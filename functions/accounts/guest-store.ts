import { channelsOf } from '../domain/channels.ts';
import { removeRanks } from '../library/rank-generations.ts';
import {
  membershipKey,
  openUploadsKey,
  sequenceKey,
  tagKey,
  tagsKey,
  tagWorkKey,
  teamKey,
  teamTagKey,
  totalsKey,
  userKey,
} from '../table/keys.ts';
import { pagesOf } from '../table/pages.ts';
import type { Key, Table } from '../table/table.ts';

/** The items that guests leave in the table. */
export const dynamoGuests = (table: Table) => ({
  /** Removes a guest's team with all its items, and the guest. The team itself is last: the sweep finds unfinished work by it. */
  remove: async (teamId: string): Promise<void> => {
    const team = await table.get(teamKey(teamId));
    if (team?.guestId === undefined) return;
    const guestId = String(team.guestId);
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
        await table.remove(key);
      }
    }
    await removeRanks(table, teamId);
    for (const channel of channelsOf(guestId, 'login')) await table.remove(sequenceKey(teamId, channel));
    const counts = [openUploadsKey(guestId), tagsKey(teamId), totalsKey(teamId)];
    const rest = [membershipKey(guestId, teamId), userKey(guestId), ...counts, teamKey(teamId)];
    for (const key of rest) await table.remove(key);
  },
});

export type GuestStore = ReturnType<typeof dynamoGuests>;
