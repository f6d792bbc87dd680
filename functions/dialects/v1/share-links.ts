import * as z from 'zod/mini';
import { MOST_SHARED_RECORDS } from '../../domain/share-link.ts';
import { addressOf } from '../../http/address-of.ts';
import { callsOf, READS_OF_A_CALL } from '../../http/cost.ts';
import { type ReplyContext, route } from '../../http/route.ts';
import type { OpenedShareLink, SharedPage } from '../../sharing/open-share-link.ts';
import type { CreateShareLink, IssuedShareLink, ListedShareLink } from '../../sharing/share-links.ts';
import { identifier, label } from '../common/fields.ts';
import { envelope } from './media-view.ts';

const linkView = (link: Omit<ListedShareLink, 'state'>) => ({
  id: link.id,
  name: link.name,
  collectionId: link.collectionId ?? null,
  records: link.records,
  hasPassword: link.hasPassword,
  views: link.views,
  viewedAt: link.viewedAt,
  createdBy: link.userId,
  createdAt: link.createdAt,
  expiresAt: link.expiresAt,
});

const id = z.string().check(z.regex(/^[\w-]{1,64}$/, 'Expected the id of a record'));
/** Shorter than that of a person, as it is told to others; guesses are limited, and common ones refused. */
const linkPassword = z.string().check(z.minLength(8), z.maxLength(200));

const ofLinks = { dialect: 'v1', operation: 'manage-share-links', subject: 'Share link' } as const;

export const v1CreateShareLink = route({
  ...ofLinks,
  method: 'POST',
  path: '/api/v1/share-links',
  summary: 'Create a link that opens records without a login',
  access: 'media:update',
  failure: 'Failed to create the share link',
  idempotent: true,
  cost: ({ mediaIds }: CreateShareLink) => callsOf(mediaIds?.length ?? 0, READS_OF_A_CALL),
  body: z
    .strictObject({
      mediaIds: z.optional(z.array(id).check(z.minLength(1), z.maxLength(MOST_SHARED_RECORDS))),
      collectionId: z.optional(id),
      name: z.optional(label),
      password: z.optional(linkPassword),
      expiresAt: z.optional(z.nullable(z.iso.datetime({ offset: true }))),
    })
    .check(
      z.refine(
        ({ mediaIds, collectionId }) => (mediaIds === undefined) !== (collectionId === undefined),
        'Expected mediaIds or a collectionId',
      ),
    ),
  input: ({ body }): CreateShareLink => body,
  reply: ({ link, token }: IssuedShareLink, { publicUrl }) => ({
    status: 201,
    // Behind the #, which no browser sends: the token is in no log of an address.
    body: envelope({ ...linkView(link), token, url: `${publicUrl}/app/s#${token}` }),
  }),
});

export const v1ListShareLinks = route({
  ...ofLinks,
  method: 'GET',
  path: '/api/v1/share-links',
  summary: 'List the share links of the team',
  access: 'media:update',
  failure: 'Failed to list the share links',
  input: () => undefined,
  reply: (links: readonly ListedShareLink[]) => ({
    status: 200,
    body: envelope(links.map((link) => ({ ...linkView(link), isOpen: link.state === 'open' }))),
  }),
});

export const v1RevokeShareLink = route({
  ...ofLinks,
  method: 'DELETE',
  path: '/api/v1/share-links/{id}',
  summary: 'Revoke a share link',
  access: 'signed-in',
  endsAccess: true,
  failure: 'Failed to revoke the share link',
  input: ({ path }) => ({ id: identifier(path.id, 'Share link') }),
  reply: () => ({ status: 200, body: envelope({ message: 'Share link revoked successfully' }) }),
});

const ofVisitors = { dialect: 'v1', operation: 'open-share-link', access: 'public', method: 'POST' } as const;
/** Search engines list no answer that they got by a link that a page made public. */
const headers = { 'x-robots-tag': 'noindex, nofollow' };

/** A record as visitors see it: what it shows, and neither its team nor its maker, tags, notes or other versions. */
const recordView = ({ record, addresses }: SharedPage['items'][number]) => ({
  id: record.id,
  filename: record.filename,
  fileSize: record.fileSize,
  mimeType: record.mimeType,
  width: record.width,
  height: record.height,
  duration: record.duration,
  title: record.title,
  alt: record.alt,
  caption: record.caption,
  thumbhash: record.thumbhash,
  dominantColor: record.dominantColor,
  renditions: Object.fromEntries(
    Object.entries(addresses).map(([name, url]) => [
      name,
      { url, ...record.renditions[name as keyof typeof record.renditions] },
    ]),
  ),
});

const pageView = ({ items, total, nextCursor }: SharedPage) => ({ items: items.map(recordView), total, nextCursor });

const secret = z.string().check(z.minLength(1), z.maxLength(100));
const access = z.string().check(z.minLength(1), z.maxLength(1000));

export const v1OpenShareLink = route({
  ...ofVisitors,
  path: '/api/v1/shared',
  summary: 'Open a share link',
  failure: 'Failed to open the share link',
  // In the body, since addresses are logged and remembered.
  body: z.strictObject({ token: secret, password: z.optional(z.string().check(z.maxLength(1000))) }),
  input: ({ body, event }) => ({ ...body, address: addressOf(event) }),
  reply: ({ link, access: opened, page }: OpenedShareLink) => ({
    status: 200,
    headers,
    body: envelope({ name: link.name, expiresAt: link.expiresAt, access: opened, ...pageView(page) }),
  }),
});

export const v1ListShared = route({
  ...ofVisitors,
  path: '/api/v1/shared/items',
  summary: 'List the records of an opened share link',
  failure: 'Failed to list the shared records',
  body: z.strictObject({
    access,
    cursor: z.optional(z.string().check(z.regex(/^\d{1,6}$/, 'Expected the cursor of a page'))),
  }),
  input: ({ body }) => body,
  reply: (page: SharedPage) => ({ status: 200, headers, body: envelope(pageView(page)) }),
});

export const v1OpenSharedFile = route({
  ...ofVisitors,
  path: '/api/v1/shared/files',
  summary: 'Open the file of a shared record',
  failure: 'Failed to open the shared file',
  body: z.strictObject({ access, id, disposition: z.optional(z.literal('attachment')) }),
  input: ({ body }) => body,
  reply: (file: { url: string; expiresAt: string }, _: ReplyContext) => ({
    status: 200,
    headers,
    body: envelope(file),
  }),
});
