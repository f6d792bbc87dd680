import { mailKey } from '../table/keys.ts';
import type { Table } from '../table/table.ts';

/** Longer than a message is in the queue. */
const MARK_SECONDS = 2 * 24 * 3600;

/** Marks of mails that were sent, in DynamoDB. */
export const dynamoMails = (table: Table) => ({
  wasSent: async (id: string): Promise<boolean> => (await table.get(mailKey(id))) !== undefined,
  noteSent: async (id: string, at: Date): Promise<void> => {
    await table.put({ Item: { ...mailKey(id), ttl: Math.floor(at.getTime() / 1000) + MARK_SECONDS } });
  },
});

export type MailStore = ReturnType<typeof dynamoMails>;
