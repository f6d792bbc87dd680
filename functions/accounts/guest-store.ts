import { membershipKey, teamKey, totalsKey, userKey } from '../stores/keys.ts';
import type { Key, Table } from '../stores/table.ts';

/** What guests leave behind in the table. */
export const dynamoGuests = (table: Table) => ({
  /** Removes a guest's team with everything beside it, and the guest. The team itself goes last: it is what falls due again. */
  remove: async (teamId: string): Promise<void> => {
    const team = await table.get(teamKey(teamId));
    if (team?.guestId === undefined) return;
    const guestId = String(team.guestId);
    let start: Record<string, unknown> | undefined;
    do {
      const page = await table.query({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': teamKey(teamId).pk },
        ExclusiveStartKey: start,
      });
      const keys = (page.Items ?? []).map(({ pk, sk }): Key => ({ pk: String(pk), sk: String(sk) }));
      for (const key of keys.filter(({ sk }) => sk !== teamKey(teamId).sk)) await table.remove(key);
      start = page.LastEvaluatedKey;
    } while (start);
    const rest = [membershipKey(guestId, teamId), userKey(guestId), totalsKey(teamId), teamKey(teamId)];
    for (const key of rest) await table.remove(key);
  },
});

export type GuestStore = ReturnType<typeof dynamoGuests>;
