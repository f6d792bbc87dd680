import * as z from 'zod/mini';
import { type Answer, answer } from '../common/dialect-document.ts';
import { count, id, message, nullable, text, time } from './shapes.ts';

const ShareLink = z.strictObject({
  id,
  name: z.string(),
  collectionId: text,
  records: count,
  hasPassword: z.boolean(),
  views: count,
  viewedAt: nullable(time),
  createdBy: id,
  createdAt: time,
  expiresAt: nullable(time),
});

const Rendition = z.strictObject({ url: z.url(), width: count, height: count });
const SharedRecord = z.strictObject({
  id,
  filename: z.string(),
  fileSize: count,
  mimeType: z.string(),
  width: nullable(count),
  height: nullable(count),
  duration: nullable(z.number()),
  title: text,
  alt: text,
  caption: text,
  thumbhash: text,
  dominantColor: text,
  renditions: z.strictObject({ small: z.optional(Rendition), medium: z.optional(Rendition) }),
});
const SharedPage = z.strictObject({ items: z.array(SharedRecord), total: count, nextCursor: text });

/** The answers of v1 about share links, for their team and for their visitors. */
export const shareAnswers: Readonly<Record<string, Answer>> = {
  'POST /api/v1/share-links': answer(201, z.extend(ShareLink, { token: z.string(), url: z.url() })),
  'GET /api/v1/share-links': answer(200, z.array(z.extend(ShareLink, { isOpen: z.boolean() }))),
  'DELETE /api/v1/share-links/{id}': answer(200, message),
  'POST /api/v1/shared': {
    ...answer(200, z.extend(SharedPage, { name: z.string(), expiresAt: nullable(time), access: z.string() })),
    refusals: [401, 404],
  },
  'POST /api/v1/shared/items': { ...answer(200, SharedPage), refusals: [404] },
  'POST /api/v1/shared/files': { ...answer(200, z.strictObject({ url: z.url(), expiresAt: time })), refusals: [404] },
};
