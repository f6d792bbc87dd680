import type { AccountStore } from '../accounts/account-store.ts';
import { refuseCommonPassword } from '../accounts/password-rules.ts';
import { hashSecret, newSecret } from '../accounts/tokens.ts';
import type { CollectionStore } from '../collections/collection-store.ts';
import { type Call, idsOf, madeBefore } from '../domain/call.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { MediaRecord } from '../domain/media.ts';
import { insufficient, namedBy, type Principal } from '../domain/principal.ts';
import { type CountedShareLink, MOST_SHARE_LINKS, type ShareLink, type ShareLinkState } from '../domain/share-link.ts';
import { loginEnded, requireNoGuest } from '../domain/team-rules.ts';
import { SHARING_SCOPES, type ShareLinkStateDeps, shareLinkState } from './share-link-state.ts';
import type { ShareLinkStore } from './share-link-store.ts';

export interface CreateShareLink {
  /** Records, or else a collection. */
  readonly mediaIds?: readonly string[] | undefined;
  readonly collectionId?: string | undefined;
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly expiresAt?: string | null | undefined;
}

export interface ShareLinksDeps extends ShareLinkStateDeps {
  readonly accounts: Pick<AccountStore, 'standing' | 'apiKeyById'>;
  readonly links: ShareLinkStore;
  readonly collections: Pick<CollectionStore, 'get'>;
  /** The active records of these ids, in this order. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly newId: () => string;
}

export interface IssuedShareLink {
  readonly link: CountedShareLink;
  /** Shown this once; the table has its hash. */
  readonly token: string;
}

/** A link and whether it opens now. */
export interface ListedShareLink extends CountedShareLink {
  readonly state: ShareLinkState;
}

const requireSharing = (principal: Principal): void => {
  requireNoGuest(principal);
  const missing = SHARING_SCOPES.find((scope) => !principal.scopes.has(scope));
  if (missing) throw insufficient(missing);
};

const invalid = (field: string, message: string): MediaError =>
  new MediaError('VALIDATION', 'Invalid request body', { fields: [{ code: 'custom', path: [field], message }] });

/** The records to share, in the order of their ids, once each. A record of another team is answered as a missing one. */
const sharedRecords = async (
  ids: readonly string[],
  teamId: string,
  { records }: Pick<ShareLinksDeps, 'records'>,
): Promise<readonly MediaRecord[]> => {
  const wanted = [...new Set(ids)];
  const found = await records(wanted);
  if (found.length < wanted.length || found.some((record) => record.teamId !== teamId)) throw notFound();
  if (found.some(({ fileVersion }) => fileVersion === null)) {
    throw invalid('mediaIds', 'Expected records with a stored file: a link opens no file of another server');
  }
  return found;
};

/** What a link is made for: what it is called by itself, and its records. */
interface Target extends Pick<ShareLink, 'name' | 'collectionId' | 'records'> {
  readonly mediaIds: readonly string[];
}

const targetOf = async (
  { collectionId, mediaIds = [] }: CreateShareLink,
  teamId: string,
  deps: Pick<ShareLinksDeps, 'records' | 'collections'>,
): Promise<Target> => {
  if (collectionId === undefined) {
    const shared = await sharedRecords(mediaIds, teamId, deps);
    return { name: shared[0]?.filename ?? '', records: shared.length, mediaIds: shared.map(({ id }) => id) };
  }
  const collection = await deps.collections.get(collectionId);
  if (collection?.teamId !== teamId) throw notFound('Collection');
  return { name: collection.name, collectionId, records: collection.count, mediaIds: [] };
};

/** Makes a link that opens records without a login, while the caller could share them. */
export const createShareLink =
  (deps: ShareLinksDeps) =>
  async ({ input, principal, keyed }: Call<CreateShareLink>): Promise<IssuedShareLink> => {
    requireSharing(principal);
    const { accounts, links, newId, clock } = deps;
    const { teamId, userId, credential } = principal;
    const id = idsOf({ keyed }, newId)();
    const token = newSecret(keyed);
    const hash = hashSecret(token);
    const before = await madeBefore({ keyed }, () => links.find(hash));
    if (before) return { link: { ...before, views: 0, viewedAt: null }, token };
    const now = clock();
    const expiresAt = input.expiresAt ? new Date(input.expiresAt) : null;
    if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'Expected a time in the future');
    if (input.password !== undefined) refuseCommonPassword(input.password, null, 'password');
    const target = await targetOf(input, teamId, deps);
    const standing = await accounts.standing(teamId, userId);
    if (!standing) throw new MediaError('UNAUTHORIZED', 'Unauthorized');
    const full = `A team has at most ${MOST_SHARE_LINKS} share links; revoke one that is not needed`;
    if ((await lastingLinks(teamId, deps)).length >= MOST_SHARE_LINKS) throw new MediaError('CONFLICT', full);
    const link: ShareLink = {
      id,
      teamId,
      userId,
      ...(credential.kind === 'api-key' ? { by: namedBy(principal) } : {}),
      name: input.name ?? target.name,
      collectionId: target.collectionId,
      records: target.records,
      hasPassword: input.password !== undefined,
      createdAt: now.toISOString(),
      memberSince: standing.since,
      expiresAt: expiresAt?.toISOString() ?? null,
    };
    const kept = {
      hash,
      passwordHash: input.password === undefined ? null : await deps.hashPassword(input.password),
      mediaIds: target.mediaIds,
    };
    if (!(await links.create(link, kept, credential.passwordVersion))) throw loginEnded();
    // Counted again after it was made: concurrent calls may all have seen room.
    if ((await lastingLinks(teamId, deps)).length > MOST_SHARE_LINKS) {
      await links.remove(teamId, link.id);
      throw new MediaError('CONFLICT', full);
    }
    return { link: { ...link, views: 0, viewedAt: null }, token };
  };

/** The links of a team that open, or open again with the role of their maker. Those that ended for good are removed now. */
const lastingLinks = async (
  teamId: string,
  { links, accounts, clock }: Pick<ShareLinksDeps, 'links' | 'accounts' | 'clock'>,
): Promise<readonly ListedShareLink[]> => {
  const looked = new Map<string, ReturnType<typeof accounts.standing>>();
  const once = {
    ...accounts,
    apiKeyById: accounts.apiKeyById,
    standing: (team: string, userId: string) => {
      const standing = looked.get(userId) ?? accounts.standing(team, userId);
      looked.set(userId, standing);
      return standing;
    },
  };
  const all = await Promise.all(
    (await links.list(teamId)).map(async (link) => ({
      ...link,
      state: await shareLinkState(link, { accounts: once, clock }),
    })),
  );
  for (const { id, state } of all) if (state === 'ended') await links.remove(teamId, id);
  return all.filter(({ state }) => state !== 'ended');
};

/** The links of the team, newest first; never their tokens. */
export const listShareLinks =
  (deps: Pick<ShareLinksDeps, 'links' | 'accounts' | 'clock'>) =>
  async ({ principal }: Call<undefined>): Promise<readonly ListedShareLink[]> => {
    requireNoGuest(principal);
    const links = await lastingLinks(principal.teamId, deps);
    return links.toSorted((one, other) => other.createdAt.localeCompare(one.createdAt));
  };

/** Ends a link: the next call of a visitor finds nothing, and addresses that were signed before open for less than a minute. */
export const revokeShareLink =
  ({ links }: Pick<ShareLinksDeps, 'links'>) =>
  async ({ input, principal }: Call<{ id: string }>): Promise<void> => {
    requireNoGuest(principal);
    if (!principal.scopes.has('media:update')) throw insufficient('media:update');
    if (!(await links.remove(principal.teamId, input.id))) throw notFound('Share link');
  };
