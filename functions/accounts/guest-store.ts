import { membershipKey, teamKey, userKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';
import { removeTeamItems } from './remove-team-items.ts';

/** The items that guests leave in the table. */
export const dynamoGuests = (table: Table) => ({
  /** Removes a guest's team with all its items, and the guest. The team itself is last: the sweep finds unfinished work by it. */
  remove: async (teamId: string): Promise<void> => {
    const team = await table.get(teamKey(teamId));
    if (team?.guestId === undefined) return;
    const guestId = String(team.guestId);
    await removeTeamItems(table, teamId, guestId);
    for (const key of [membershipKey(guestId, teamId), userKey(guestId), teamKey(teamId)]) await table.remove(key);
  },
});

export type GuestStore = ReturnType<typeof dynamoGuests>;
