import * as z from 'zod/mini';
import { MEDIA_KINDS, VISIBILITIES } from './domain/media.ts';
import type { Settings } from './domain/settings.ts';

/**
 * What each function reads from its environment. The stack is typed by `Environments`: a variable that it forgets is a
 * compile error there, and one that is malformed stops the function at its first line.
 */
const Text = z.string().check(z.minLength(1));
const Count = z.number().check(z.nonnegative());

const SettingsShape = z.object({
  types: z.array(z.object({ mime: Text, kind: z.enum(MEDIA_KINDS), extensions: z.array(Text) })),
  limits: z.object({ image: Count, document: Count, video: Count, audio: Count }),
  quotaBytes: Count,
  retentionDays: Count,
  defaultVisibility: z.enum(VISIBILITIES),
  uploadMinutes: Count,
  allowedOrigins: z.array(Text),
  guests: z.object({ quotaBytes: Count, hours: Count }),
  rateLimits: z.object({ perMinute: Count, anonymousPerMinute: Count }),
}) satisfies z.ZodMiniType<Settings>;

/** Settings as the stack hands them over: JSON in one variable. */
const SettingsJson = z.pipe(
  Text,
  z.transform((json: string): Settings => SettingsShape.parse(JSON.parse(json))),
);

export const SecretEnvironment = z.object({ AUTH_SECRET: Text });
export const TableEnvironment = z.object({ TABLE: Text });
/** What every function of the HTTP API needs to know who asks. */
export const ApiEnvironment = z.object({ TABLE: Text, PUBLIC_URL: Text, AUTH_SECRET: Text, SETTINGS: SettingsJson });
export const ApiWithBucketEnvironment = z.extend(ApiEnvironment, { BUCKET: Text });
export const ConnectEnvironment = z.object({
  TABLE: Text,
  PUBLIC_URL: Text,
  AUTH_SECRET: Text,
  SETTINGS: SettingsJson,
});
export const MessageEnvironment = z.object({ TABLE: Text, MANAGEMENT_URL: Text });
export const AnnounceEnvironment = z.object({
  TABLE: Text,
  MANAGEMENT_URL: Text,
  PUBLIC_URL: Text,
  SETTINGS: SettingsJson,
});
export const ProcessingEnvironment = z.object({ TABLE: Text, BUCKET: Text, SETTINGS: SettingsJson });
export const SweepEnvironment = z.extend(ProcessingEnvironment, { PROCESSING_QUEUE_URL: Text });

type Variables<Schema extends z.ZodMiniType> = { readonly [K in keyof z.input<Schema> & string]: string };
type Api = Variables<typeof ApiEnvironment>;
type ApiWithBucket = Variables<typeof ApiWithBucketEnvironment>;

/** The variables of each function, by its name (the folder and suffix of its entry left out). */
export interface Environments {
  readonly 'list-media': Api;
  readonly 'get-media': Api;
  readonly 'create-media': Api;
  readonly 'update-media': Api;
  readonly 'delete-media': Api;
  readonly 'get-content': ApiWithBucket;
  readonly 'check-duplicates': Api;
  readonly 'manage-tags': Api;
  readonly 'tag-media': Api;
  readonly 'index-media': Variables<typeof TableEnvironment>;
  readonly 'rebuild-index': Variables<typeof TableEnvironment>;
  readonly 'list-trash': Api;
  readonly 'restore-media': ApiWithBucket;
  readonly 'purge-media': ApiWithBucket;
  readonly 'get-usage': Api;
  readonly openapi: Api;
  readonly recount: Variables<typeof TableEnvironment>;
  readonly 'create-upload': ApiWithBucket;
  readonly 'get-upload': Api;
  readonly 'sign-upload': ApiWithBucket;
  readonly 'delete-upload': ApiWithBucket;
  readonly 'upload-media': ApiWithBucket;
  readonly login: Api;
  readonly logout: Api;
  readonly 'get-me': Api;
  readonly refresh: Api;
  readonly 'create-guest': Api;
  readonly 'change-password': Api;
  readonly 'manage-api-keys': Api;
  readonly 'rotate-secret': Variables<typeof SecretEnvironment>;
  readonly 'manage-teams': Api;
  readonly 'manage-members': Api;
  readonly 'manage-invitations': Api;
  readonly 'create-owner': Variables<typeof TableEnvironment>;
  readonly 'create-ticket': Api;
  readonly connect: Variables<typeof ConnectEnvironment>;
  readonly disconnect: Variables<typeof TableEnvironment>;
  readonly message: Variables<typeof MessageEnvironment>;
  readonly announce: Variables<typeof AnnounceEnvironment>;
  readonly 'process-upload': Variables<typeof ProcessingEnvironment>;
  readonly sweep: Variables<typeof SweepEnvironment>;
}
