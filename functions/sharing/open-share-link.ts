import { countersOfShareLink, type LimitAttempts } from '../accounts/password-attempts.ts';
import { hashSecret } from '../accounts/tokens.ts';
import type { CollectionStore } from '../collections/collection-store.ts';
import type { OpenCall } from '../domain/call.ts';
import { SHARED_READ_SECONDS } from '../domain/ends-of-access.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import { type MediaRecord, objectRefOf, type RenditionName, renditionKey, STORED_RENDITIONS } from '../domain/media.ts';
import { type OpenShareLink, SHARED_PAGE } from '../domain/share-link.ts';
import type { ReadPermit } from '../files/file-store.ts';
import { originalPermit } from '../media/original-permit.ts';
import type { ShareAccess } from './share-access.ts';
import { type ShareLinkStateDeps, shareLinkState } from './share-link-state.ts';
import type { ShareLinkStore } from './share-link-store.ts';

export interface OpenShareLinkDeps extends ShareLinkStateDeps {
  readonly links: Pick<ShareLinkStore, 'find' | 'countView'>;
  readonly collections: Pick<CollectionStore, 'get'>;
  /** The active records of these ids, in this order. */
  readonly records: (ids: readonly string[]) => Promise<readonly MediaRecord[]>;
  readonly access: ShareAccess;
  readonly limited: LimitAttempts;
  readonly verifyPassword: (password: string, hash: string) => Promise<boolean>;
  readonly signRead: (permit: ReadPermit, expiresIn: number) => string;
}

/** The addresses of a record's stored renditions, each signed for less than a minute. */
export type SignedRenditions = Readonly<Partial<Record<RenditionName, string>>>;

export interface SharedRecord {
  readonly record: MediaRecord;
  readonly addresses: SignedRenditions;
}

export interface SharedPage {
  readonly items: readonly SharedRecord[];
  /** How many records the link was made for; some may be gone. */
  readonly total: number;
  readonly nextCursor: string | null;
}

export interface OpenedShareLink {
  readonly link: OpenShareLink;
  readonly access: string;
  readonly page: SharedPage;
}

/** A link that never was, has expired or was revoked, and one whose maker may not share any more, are answered alike. */
const noLink = (): MediaError => notFound('Share link');

const linkOf = async (hash: string | undefined, deps: OpenShareLinkDeps): Promise<OpenShareLink> => {
  const link = hash === undefined ? undefined : await deps.links.find(hash);
  if (!link || (await shareLinkState(link, deps)) !== 'open') throw noLink();
  return link;
};

/** The records that a link opens, in their order: those that were chosen, or those that its collection has now. */
const idsOf = async (link: OpenShareLink, { collections }: OpenShareLinkDeps): Promise<readonly string[]> => {
  if (link.collectionId === undefined) return link.mediaIds;
  const collection = await collections.get(link.collectionId);
  if (collection?.teamId !== link.teamId) throw noLink();
  return collection.mediaIds;
};

const provePassword = async (
  { id, passwordHash }: OpenShareLink,
  { password, address }: { readonly password?: string | undefined; readonly address: string },
  { limited, verifyPassword }: OpenShareLinkDeps,
): Promise<void> => {
  if (passwordHash === null) return;
  if (password === undefined) throw new MediaError('UNAUTHORIZED', 'This link has a password');
  const isRight = await limited(countersOfShareLink(id, address), () => verifyPassword(password, passwordHash));
  if (!isRight) throw new MediaError('UNAUTHORIZED', 'Invalid password');
};

/** Records of the link's team that are still there, with their file. */
const shownRecords = async (
  link: OpenShareLink,
  ids: readonly string[],
  { records }: OpenShareLinkDeps,
): Promise<readonly MediaRecord[]> =>
  (await records(ids)).filter(({ teamId, fileVersion }) => teamId === link.teamId && fileVersion !== null);

const signedRenditions = (record: MediaRecord, { signRead }: OpenShareLinkDeps): SignedRenditions => {
  const place = objectRefOf(record);
  if (!place) return {};
  const names = [...STORED_RENDITIONS].filter((name) => record.renditions[name]);
  const addressOf = (name: RenditionName): string => {
    const key = renditionKey(record.teamId, place.mediaId, place.fileVersion, name);
    const shown = { contentType: 'image/webp', contentDisposition: 'inline', cacheControl: 'private, no-store' };
    return signRead({ method: 'GET', readByScript: false, key, ...shown }, SHARED_READ_SECONDS);
  };
  return Object.fromEntries(names.map((name) => [name, addressOf(name)]));
};

const pageOf = async (
  link: OpenShareLink,
  cursor: string | undefined,
  deps: OpenShareLinkDeps,
): Promise<SharedPage> => {
  const start = Number(cursor ?? 0);
  const end = start + SHARED_PAGE;
  const all = await idsOf(link, deps);
  const shown = await shownRecords(link, all.slice(start, end), deps);
  return {
    items: shown.map((record) => ({ record, addresses: signedRenditions(record, deps) })),
    total: all.length,
    nextCursor: end < all.length ? String(end) : null,
  };
};

/** Opens a link by its token, and its password if it has one; counts the view and answers the first records. */
export const openShareLink =
  (deps: OpenShareLinkDeps) =>
  async ({
    input,
  }: OpenCall<{ token: string; password?: string | undefined; address: string }>): Promise<OpenedShareLink> => {
    const hash = hashSecret(input.token);
    const link = await linkOf(hash, deps);
    await provePassword(link, input, deps);
    const [access, page] = await Promise.all([deps.access.sign(hash), pageOf(link, undefined, deps)]);
    await deps.links.countView(link, deps.clock().toISOString());
    return { link, access, page };
  };

/** Answers the next records of a link that was opened. */
export const listShared =
  (deps: OpenShareLinkDeps) =>
  async ({ input }: OpenCall<{ access: string; cursor?: string | undefined }>): Promise<SharedPage> =>
    pageOf(await linkOf(await deps.access.open(input.access), deps), input.cursor, deps);

/** An address that opens the file of a shared record for less than a minute, to show it or to download it. */
export const openSharedFile =
  (deps: OpenShareLinkDeps) =>
  async ({
    input,
  }: OpenCall<{ access: string; id: string; disposition?: 'attachment' | undefined }>): Promise<{
    url: string;
    expiresAt: string;
  }> => {
    const link = await linkOf(await deps.access.open(input.access), deps);
    const ids = (await idsOf(link, deps)).filter((id) => id === input.id);
    const [record] = await shownRecords(link, ids, deps);
    if (!record) throw notFound();
    const permit = {
      ...originalPermit(record, input.disposition),
      method: 'GET',
      readByScript: false,
      cacheControl: 'private, no-store',
    } as const;
    const expiresAt = new Date(deps.clock().getTime() + SHARED_READ_SECONDS * 1000).toISOString();
    return { url: deps.signRead(permit, SHARED_READ_SECONDS), expiresAt };
  };
