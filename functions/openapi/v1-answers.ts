import * as z from 'zod/mini';
import { MEDIA_KINDS, RENDITION_NAMES, STORED_CHECKSUMS, VISIBILITIES, WARNINGS } from '../domain/media.ts';
import { GRANTABLE_SCOPES, ROLES, SCOPES } from '../domain/scopes.ts';
import { type Answer, answer } from './dialect-document.ts';
import { Metadata } from './metadata-answer.ts';

/**
 * What v1 answers, by route. Only the documents and the tests read it: kept apart from the routes, so that no function
 * carries the schemas of its answers.
 */
const id = z.string();
const time = z.iso.datetime();
const count = z.int().check(z.nonnegative());
const nullable = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullable(schema);
const text = nullable(z.string());
const message = z.strictObject({ message: z.string() });

const Rendition = z.strictObject({ url: z.url(), width: count, height: count });

export const Media = z.strictObject({
  id,
  userId: id,
  teamId: id,
  url: nullable(z.url()),
  filename: z.string(),
  fileSize: count,
  mimeType: z.string(),
  width: nullable(count),
  height: nullable(count),
  title: text,
  alt: text,
  caption: text,
  status: z.enum(['active', 'deleted', 'purging']),
  createdAt: time,
  updatedAt: time,
  description: text,
  visibility: z.enum(VISIBILITIES),
  checksum: text,
  checksumAlgorithm: nullable(z.enum(['SHA256', ...STORED_CHECKSUMS])),
  duration: nullable(z.number()),
  pages: nullable(count),
  warnings: z.array(z.enum(WARNINGS)),
  thumbhash: text,
  dominantColor: text,
  focalX: nullable(z.number()),
  focalY: nullable(z.number()),
  version: count,
  tags: z.array(z.strictObject({ id, slug: z.string(), name: z.string() })),
  renditions: z.partialRecord(z.enum(RENDITION_NAMES as [string, ...string[]]), Rendition),
});

const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.strictObject({
    data: z.array(item),
    total: count,
    limit: count,
    offset: count,
    /** Opens the page after this one. */
    nextCursor: z.optional(z.string()),
    /** False where a search stopped counting. */
    totalIsExact: z.optional(z.boolean()),
  });

const SignedRequest = z.strictObject({
  method: z.literal('PUT'),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
});

const Layout = z.strictObject({ partSize: count, partCount: count });

const Ticket = z.strictObject({
  id,
  mediaId: id,
  status: z.string(),
  expiresAt: time,
  duplicateOf: nullable(id),
  /** One of the two. */
  request: z.optional(SignedRequest),
  multipart: z.optional(Layout),
});

const Upload = z.strictObject({
  id,
  mediaId: id,
  status: z.enum(['pending', 'processing', 'active', 'rejected', 'failed', 'expired', 'deleted']),
  code: text,
  message: text,
  expiresAt: time,
  multipart: z.optional(Layout),
});
const Part = z.strictObject({ partNumber: count, size: count, etag: z.string() });
const PendingUploads = z.strictObject({
  data: z.array(z.extend(Upload, { filename: z.string(), fileSize: count, mimeType: z.string(), createdAt: time })),
  nextCursor: z.optional(z.string()),
});
const SignedParts = z.strictObject({
  parts: z.array(
    z.strictObject({
      partNumber: count,
      url: z.url(),
      headers: z.record(z.string(), z.string()),
      expiresAt: time,
    }),
  ),
});

const User = z.strictObject({
  id,
  email: text,
  defaultTeamId: id,
  guestUntil: nullable(time),
  createdAt: time,
});
const Team = z.strictObject({ id, name: z.string(), createdAt: time });
const OwnTeam = z.extend(Team, { role: z.enum(ROLES) });
const Member = z.strictObject({ userId: id, email: text, role: z.enum(ROLES), createdAt: time });
const Login = z.strictObject({ accessToken: z.string(), expiresIn: count, user: User, team: Team });

const ApiKey = z.strictObject({
  id,
  name: z.string(),
  scopes: z.array(z.enum(GRANTABLE_SCOPES)),
  expiresAt: nullable(time),
});

const Invitation = z.strictObject({
  id,
  email: z.string(),
  role: z.enum(ROLES),
  invitedBy: id,
  createdAt: time,
  expiresAt: time,
});

const Tag = z.strictObject({
  id,
  type: z.literal('media_tag'),
  slug: z.string(),
  name: z.string(),
  description: text,
  icon: text,
  color: text,
  order: z.int(),
  isActive: z.boolean(),
  createdAt: time,
  updatedAt: time,
});
const NewTag = z.object({
  id,
  slug: z.string(),
  name: z.string(),
  color: text,
  icon: text,
  order: z.int(),
  isActive: z.boolean(),
});

const Usage = z.strictObject({
  bytes: count,
  reservedBytes: count,
  quotaBytes: count,
  counts: z.record(z.enum(['all', ...MEDIA_KINDS]), count),
  trash: count,
});

const Duplicates = z.strictObject({
  duplicates: z.array(
    z.strictObject({
      filename: z.string(),
      fileSize: count,
      existing: z.array(z.strictObject({ id, url: z.url(), createdAt: time })),
    }),
  ),
});

const ExtractedText = z.strictObject({
  mediaId: id,
  status: z.enum(['done', 'processing', 'failed']),
  preserveFormatting: z.boolean(),
  /** Why there is no text. */
  code: text,
  message: text,
  /** What follows is there once it is done. */
  language: z.optional(text),
  pageCount: z.optional(count),
  truncated: z.optional(z.boolean()),
  text: z.optional(z.string()),
  pages: z.optional(
    z.array(
      z.strictObject({
        number: count,
        name: text,
        text: z.string(),
        source: z.enum(['file', 'ocr']),
        confidence: nullable(z.number()),
      }),
    ),
  ),
});

const Webhook = z.strictObject({
  id,
  url: z.string(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  disabledBecause: text,
  succeededAt: nullable(time),
  createdAt: time,
});
const WebhookAttempt = z.strictObject({
  messageId: z.string(),
  event: z.string(),
  attempt: count,
  at: time,
  ok: z.boolean(),
  status: nullable(count),
  error: text,
  nextAt: nullable(time),
});

const ChannelEvent = z.strictObject({
  type: z.literal('event'),
  channel: z.string(),
  seq: count,
  event: z.string(),
  data: z.unknown(),
  at: time,
  from: z.optional(z.strictObject({ userId: id, connectionId: id })),
});

const UploadedFiles = z.strictObject({
  message: z.string(),
  urls: z.array(z.url()),
  media: z.array(Media),
  count,
  storage: z.literal('s3'),
});

/** Answers of success, by `METHOD path`. */
export const v1Answers: Readonly<Record<string, Answer>> = {
  'GET /api/v1/media': answer(200, pageOf(Media)),
  'POST /api/v1/media': answer(201, Media),
  'POST /api/v1/media/upload': answer(200, UploadedFiles),
  'POST /api/v1/media/check-duplicates': answer(200, Duplicates),
  'GET /api/v1/media/{id}': answer(200, Media),
  'GET /api/v1/media/{id}/metadata': answer(200, Metadata),
  'PATCH /api/v1/media/{id}': answer(200, Media),
  'DELETE /api/v1/media/{id}': answer(200, message),
  'POST /api/v1/media/{id}/restore': answer(200, Media),
  'GET /api/v1/media/{id}/content': answer(302),
  'HEAD /api/v1/media/{id}/content': answer(302),
  'GET /m/{id}/{filename}': answer(302),
  'HEAD /m/{id}/{filename}': answer(302),
  'GET /api/v1/media/{id}/tags': answer(200, z.array(Tag)),
  'POST /api/v1/media/{id}/tags': answer(201, z.array(Tag)),
  'PUT /api/v1/media/{id}/tags': answer(200, z.array(Tag)),
  'DELETE /api/v1/media/{id}/tags': answer(200, z.strictObject({ success: z.literal(true) })),
  'POST /api/v1/media/{id}/extract-text': answer(200, ExtractedText),
  'GET /api/v1/media/{id}/text': answer(200, ExtractedText),
  'GET /api/v1/media-tags': answer(200, z.array(Tag)),
  'POST /api/v1/media-tags': answer(201, NewTag),
  'PATCH /api/v1/media-tags/{id}': answer(200, Tag),
  'DELETE /api/v1/media-tags/{id}': answer(200, message),
  'GET /api/v1/trash': answer(200, pageOf(z.extend(Media, { deletedAt: nullable(time) }))),
  'DELETE /api/v1/trash/{id}': answer(200, message),
  'GET /api/v1/usage': answer(200, Usage),
  'POST /api/v1/uploads': answer(201, Ticket),
  'GET /api/v1/uploads': answer(200, PendingUploads),
  'GET /api/v1/uploads/{id}': answer(200, z.extend(Upload, { parts: z.optional(z.array(Part)) })),
  'POST /api/v1/uploads/{id}/parts': answer(200, SignedParts),
  'POST /api/v1/uploads/{id}/complete': answer(200, Upload),
  'POST /api/v1/uploads/{id}/sign': answer(200, Ticket),
  'DELETE /api/v1/uploads/{id}': answer(200, message),
  'POST /api/v1/auth/login': answer(200, Login),
  'POST /api/v1/auth/refresh': answer(200, Login),
  'POST /api/v1/auth/guest': answer(200, Login),
  'POST /api/v1/auth/password': answer(200, message),
  'POST /api/v1/auth/logout': answer(200, message),
  'GET /api/v1/auth/me': answer(
    200,
    z.strictObject({
      user: User,
      team: Team,
      role: z.enum(ROLES),
      scopes: z.array(z.enum(SCOPES)),
      teams: z.array(OwnTeam),
    }),
  ),
  'POST /api/v1/api-keys': answer(201, z.extend(ApiKey, { key: z.string() })),
  'GET /api/v1/api-keys': answer(200, z.array(z.extend(ApiKey, { createdAt: time, lastUsedAt: nullable(time) }))),
  'DELETE /api/v1/api-keys/{id}': answer(200, message),
  'POST /api/v1/teams': answer(201, OwnTeam),
  'GET /api/v1/teams': answer(200, z.array(OwnTeam)),
  'GET /api/v1/teams/{id}': answer(200, OwnTeam),
  'PATCH /api/v1/teams/{id}': answer(200, OwnTeam),
  'GET /api/v1/teams/{id}/members': answer(200, z.array(Member)),
  'PATCH /api/v1/teams/{id}/members/{userId}': answer(200, Member),
  'DELETE /api/v1/teams/{id}/members/{userId}': answer(200, message),
  'POST /api/v1/teams/{id}/leave': answer(200, message),
  'POST /api/v1/teams/{id}/invitations': answer(201, z.extend(Invitation, { token: z.string() })),
  'GET /api/v1/teams/{id}/invitations': answer(200, z.array(Invitation)),
  'DELETE /api/v1/teams/{id}/invitations/{invitationId}': answer(200, message),
  'POST /api/v1/invitations/accept': answer(
    200,
    z.union([z.strictObject({ team: Team, role: z.enum(ROLES) }), z.extend(Login, { role: z.enum(ROLES) })]),
  ),
  'POST /api/v1/realtime/tickets': answer(201, z.strictObject({ ticket: z.string(), expiresAt: time })),
  'GET /api/v1/events': answer(200, z.strictObject({ events: z.array(ChannelEvent), next: count, gap: z.boolean() })),
  'POST /api/v1/webhooks': answer(201, z.extend(Webhook, { secret: z.string() })),
  'GET /api/v1/webhooks': answer(200, z.array(Webhook)),
  'PATCH /api/v1/webhooks/{id}': answer(200, Webhook),
  'DELETE /api/v1/webhooks/{id}': answer(200, message),
  'GET /api/v1/webhooks/{id}/deliveries': answer(200, z.array(WebhookAttempt)),
  'GET /api/v1/openapi.json': answer(200),
  'GET /docs': answer(200),
  'GET /docs/{file}': answer(200),
};

/** An error of v1. */
export const v1Error = z.strictObject({
  success: z.literal(false),
  error: z.string(),
  details: z.optional(
    z.object({
      code: z.string(),
      errors: z.optional(
        z.array(
          z.looseObject({ code: z.string(), path: z.array(z.union([z.string(), z.number()])), message: z.string() }),
        ),
      ),
    }),
  ),
});
