/** The families of partition keys in the library's table, by their subject; `functions/table/keys.ts` documents the keys. */
export const KEY_FAMILIES = {
  /** People, and what opens the library to them. */
  accounts: ['USER#', 'EMAIL#', 'SESSION#', 'APIKEY#', 'INVITATION#', 'SHARELINK#', 'TICKET#', 'RESET#', 'MAIL#'],
  /** A team with its members, keys, invitations, share links, webhooks, collections and views, and the names of its tags. */
  teams: ['TEAM#'],
  library: [
    'MEDIA#',
    'ALIAS#',
    'UPLOAD#',
    'OBJECT#',
    'COUNT#',
    'TAG#',
    'TERMS#',
    'TERM#',
    'RANK#',
    'CLAIMS#',
    'BULK#',
    'BULKPAGE#',
    'COLLECTION#',
  ],
  realtime: ['CONNECTION#', 'CONNECTIONS#', 'CHANNEL#', 'ENDED#', 'SEEN#', 'ROOMS#', 'WEBHOOK#'],
  /** Counted calls and attempts, and stored answers for repetitions. */
  calls: ['RATE#', 'ATTEMPTS#', 'IDEMPOTENCY#'],
  /** The progress of operators' commands and the sweep, and leases. */
  upkeep: ['LEASE#', 'SWEEP#', 'REBUILD#'],
} as const satisfies Record<string, readonly string[]>;

/** The subject of a key family. */
export type KeyFamily = keyof typeof KEY_FAMILIES;
