import type { NamedCredential } from './principal.ts';
import type { SetUp } from './team-rules.ts';

/** The records that one link opens; more are a collection. */
export const MOST_SHARED_RECORDS = 200;
/** A team loses track of more links than these, and a forgotten link is never revoked. */
export const MOST_SHARE_LINKS = 200;
/** Records of one page of what a link opens. */
export const SHARED_PAGE = 50;

/** A link that opens records of a team without a login, while its maker could share them. */
export interface ShareLink extends SetUp {
  readonly id: string;
  readonly teamId: string;
  /** Its maker, by whose rights it opens. */
  readonly userId: string;
  /** The API key that made it, with which it ends; absent where its maker was logged in. */
  readonly by?: NamedCredential | undefined;
  /** What its visitors read above the records. */
  readonly name: string;
  /** The collection that it opens, as that is at the moment; absent for a link to chosen records. */
  readonly collectionId?: string | undefined;
  /** How many records it was made for. */
  readonly records: number;
  readonly hasPassword: boolean;
  readonly expiresAt: string | null;
}

/** A link as its team sees it. */
export interface CountedShareLink extends ShareLink {
  /** How often it was opened. */
  readonly views: number;
  readonly viewedAt: string | null;
}

/** A link as it is opened. */
export interface OpenShareLink extends ShareLink {
  /** In the order in which they are shown; none for a link to a collection. */
  readonly mediaIds: readonly string[];
  readonly passwordHash: string | null;
}

/**
 * Whether a link opens: `open`, `suspended` while its maker has a role that may not share, or `ended` for good: it expired, or
 * its maker, or the API key that made it, has left.
 */
export type ShareLinkState = 'open' | 'suspended' | 'ended';
