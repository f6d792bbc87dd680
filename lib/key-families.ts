/** The families of partition keys in the library's table, by what they are about; `functions/table/keys.ts` draws the keys. */
export const KEY_FAMILIES = {
  /** People, and what opens the library to them. */
  accounts: ['USER#', 'EMAIL#', 'SESSION#', 'APIKEY#', 'INVITATION#', 'TICKET#'],
  /** A team with its members, keys, invitations and webhooks, and the names of its tags. */
  teams: ['TEAM#'],
  library: ['MEDIA#', 'ALIAS#', 'UPLOAD#', 'OBJECT#', 'COUNT#', 'TAG#', 'TERMS#', 'TERM#', 'RANK#', 'CLAIMS#'],
  realtime: ['CONNECTION#', 'CONNECTIONS#', 'CHANNEL#', 'ENDED#', 'SEEN#', 'ROOMS#', 'WEBHOOK#'],
  /** Calls and attempts that are counted, and answers that are kept for a repetition. */
  calls: ['RATE#', 'ATTEMPTS#', 'IDEMPOTENCY#'],
  /** How far operators' and the sweep's work is, and whose turn it is. */
  upkeep: ['LEASE#', 'SWEEP#', 'REBUILD#'],
} as const satisfies Record<string, readonly string[]>;

/** What a family of keys is about. */
export type KeyFamily = keyof typeof KEY_FAMILIES;
