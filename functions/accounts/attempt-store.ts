import { countOnce, countToken } from '../table/count-once.ts';
import { attemptsKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** How many attempts a person or address has in a time that begins with the first. */
export interface Allowance {
  readonly most: number;
  readonly seconds: number;
}

/** Attempts at guessable secrets. Each is counted before it is made, so concurrent attempts cannot exceed the limit. */
export interface Attempts {
  /** Takes one attempt. If none is left, answers the seconds until the next. */
  take(subject: string, allowance: Allowance, now: Date): Promise<number | undefined>;
  /** The attempt was no guess. */
  giveBack(subject: string): Promise<void>;
}

/** Between the three steps another caller may begin a new period; then they are repeated. */
const TRIES = 5;

export const dynamoAttempts = (table: Table): Attempts => ({
  take: async (subject, { most, seconds }, at) => {
    const now = Math.floor(at.getTime() / 1000);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const counted = await countOnce(table, {
        Key: attemptsKey(subject),
        attribute: 'taken',
        by: 1,
        when: 'endsAt > :now AND #count < :most',
        values: { ':now': now, ':most': most },
      });
      if (counted) return undefined;
      const endsAt = now + seconds;
      const countedBy = countToken();
      const begun = await table.put({
        Item: { ...attemptsKey(subject), taken: 1, countedBy, endsAt, ttl: endsAt },
        ConditionExpression: 'attribute_not_exists(pk) OR endsAt <= :now OR countedBy = :token',
        ExpressionAttributeValues: { ':now': now, ':token': countedBy },
      });
      if (begun) return undefined;
      const item = await table.get(attemptsKey(subject));
      if (Number(item?.taken) >= most && Number(item?.endsAt) > now) return Number(item?.endsAt) - now;
    }
    return 1;
  },

  giveBack: async (subject) => {
    await countOnce(table, {
      Key: attemptsKey(subject),
      attribute: 'taken',
      by: -1,
      when: '#count > :none',
      values: { ':none': 0 },
    });
  },
});
