import { typesNamed } from '../domain/media-types.ts';
import type { Settings } from '../domain/settings.ts';

/**
 * The environment of each function. The stack is typed by `Environments`: a variable that it forgets is a compile error there,
 * and a missing or malformed one stops the function at its first line.
 */
type Reader<Value> = (text: string) => Value;
type Readers = Readonly<Record<string, Reader<unknown>>>;

type Values<R extends Readers> = { readonly [Name in keyof R]: ReturnType<R[Name]> };

/** The variables of a kind of function, each with what reads it; `parse` throws naming the first that is lacking. */
const variables = <R extends Readers>(readers: R) => ({
  readers,
  parse: (environment: Readonly<Record<string, string | undefined>>): Values<R> =>
    Object.fromEntries(
      Object.entries(readers).map(([name, read]) => {
        const text = environment[name];
        if (!text) throw new Error(`The environment lacks ${name}`);
        return [name, read(text)];
      }),
    ) as Values<R>,
});

const text: Reader<string> = (value) => value;

const count: Reader<number> = (value) => {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`Expected a whole number above 0, not ${value}`);
};

/**
 * Settings as the stack hands them over: JSON in one variable, with the types by their names. They were checked by
 * `lib/settings.ts` in the same deployment; to check them by a second schema takes 3 ms of each cold start.
 */
const settings: Reader<Settings> = (json) => {
  const { types, ...others } = JSON.parse(json) as Omit<Settings, 'types'> & { readonly types: readonly string[] };
  return { ...others, types: typesNamed(types) };
};

export const SecretEnvironment = variables({ AUTH_SECRET: text });
export const TableEnvironment = variables({ TABLE: text });
/** The variables that every function of the HTTP API needs to authenticate callers. */
export const ApiEnvironment = variables({
  TABLE: text,
  PUBLIC_URL: text,
  AUTH_SECRET: text,
  SETTINGS: settings,
  EDGE: text,
});
/** The page's hosts beside its own. */
export const WebEnvironment = variables({ ...ApiEnvironment.readers, SOCKET_URL: text, FILES_URL: text, MAIL: text });
/** Mails are queued, or the stack sends none. */
export const ApiWithMailEnvironment = variables({ ...ApiEnvironment.readers, MAIL_QUEUE_URL: text });
export const SendMailEnvironment = variables({ TABLE: text, PUBLIC_URL: text, MAIL_QUEUE_URL: text, MAIL_FROM: text });
export const ApiWithBucketEnvironment = variables({ ...ApiEnvironment.readers, BUCKET: text });
/** The key that signs addresses at the edge: its name, and the secret that has it. */
const edgeKey = { EDGE_KEY_ID: text, EDGE_SECRET: text };
export const GetMediaEnvironment = variables({ ...ApiEnvironment.readers, ...edgeKey });
export const ListMediaEnvironment = variables({ ...ApiWithBucketEnvironment.readers, ...edgeKey });
export const GetContentEnvironment = variables({ ...ApiWithBucketEnvironment.readers, DRAW_PICTURE: text });
export const DrawPictureEnvironment = variables({ BUCKET: text });
export const ExamineFileEnvironment = variables({ BUCKET: text });
export const AnalyzeMediaEnvironment = variables({ ...ApiWithBucketEnvironment.readers, EXAMINE_FILE: text });
export const UploadMediaEnvironment = variables({ ...AnalyzeMediaEnvironment.readers, MALWARE_SCANNER: text });
/** The program that takes large forms: the functions that it replaces, and where it listens. */
export const UploadGatewayEnvironment = variables({ ...UploadMediaEnvironment.readers, PORT: text, HOST: text });
export const ConnectEnvironment = variables({
  TABLE: text,
  PUBLIC_URL: text,
  AUTH_SECRET: text,
  SETTINGS: settings,
  EDGE: text,
  END_QUEUE_URL: text,
  MANAGEMENT_URL: text,
});
/** The variables of every function that sends to connections: it invokes `fan-out` beyond one page. */
export const SendingEnvironment = variables({ TABLE: text, MANAGEMENT_URL: text, FAN_OUT: text });
/** How many messages a person and an address may send is a setting. */
export const MessageEnvironment = variables({ ...SendingEnvironment.readers, SETTINGS: settings });
export const FanOutEnvironment = variables({ TABLE: text, MANAGEMENT_URL: text });
export const EndExpiredEnvironment = variables({ ...FanOutEnvironment.readers, END_QUEUE_URL: text });
export const AnnounceEnvironment = variables({
  ...SendingEnvironment.readers,
  PUBLIC_URL: text,
  SETTINGS: settings,
  WEBHOOK_QUEUE_URL: text,
  END_QUEUE_URL: text,
});
export const ManageWebhooksEnvironment = variables({ ...ApiEnvironment.readers, WEBHOOK_QUEUE_URL: text });
export const SendWebhookEnvironment = variables({ TABLE: text, SETTINGS: settings, PATIENT_QUEUE_URL: text });
export const RereadEnvironment = variables({ TABLE: text, BUCKET: text, EXAMINE_FILE: text });
export const ProcessingEnvironment = variables({ TABLE: text, BUCKET: text, SETTINGS: settings });
export const ReadTextEnvironment = variables({ ...ProcessingEnvironment.readers, TEXT_QUEUE_URL: text });
export const ProcessUploadEnvironment = variables({
  ...ProcessingEnvironment.readers,
  FILES_QUEUE_URL: text,
  TEXT_QUEUE_URL: text,
  MALWARE_SCANNER: text,
  EXAMINE_FILE: text,
});
export const QueueUploadsEnvironment = variables({ TABLE: text, FILES_QUEUE_URL: text, LANES: count });
export const QueueChangesEnvironment = variables({ INDEX_QUEUE_URL: text });
export const IndexMediaEnvironment = variables({ TABLE: text, INDEX_QUEUE_URL: text });
export const CreateUploadEnvironment = variables({ ...ApiWithBucketEnvironment.readers, TEXT_QUEUE_URL: text });
export const ExtractTextEnvironment = variables({ ...AnalyzeMediaEnvironment.readers, TEXT_QUEUE_URL: text });
export const BulkMediaEnvironment = variables({ ...ApiWithBucketEnvironment.readers, BULK_QUEUE_URL: text });
export const RunBulkEnvironment = variables({
  ...ProcessingEnvironment.readers,
  BULK_QUEUE_URL: text,
  RECEIVES: count,
});
export const SweepEnvironment = variables({ ...ProcessingEnvironment.readers, PROCESSING_QUEUE_URL: text });

/** The identity that addresses are signed with, and where the bucket answers: what the SDK reads of the same variables. */
export interface SigningIdentity {
  readonly AWS_REGION: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN?: string | undefined;
  /** The S3 of a local runtime, which takes the bucket in the path. */
  readonly AWS_ENDPOINT_URL_S3?: string | undefined;
}

/** What Lambda itself sets, for what is signed without the SDK; a local runtime also names its S3. */
export const SigningEnvironment = {
  parse: (environment: Readonly<Record<string, string | undefined>>): SigningIdentity => ({
    ...variables({ AWS_REGION: text, AWS_ACCESS_KEY_ID: text, AWS_SECRET_ACCESS_KEY: text }).parse(environment),
    AWS_SESSION_TOKEN: environment.AWS_SESSION_TOKEN,
    AWS_ENDPOINT_URL_S3: environment.AWS_ENDPOINT_URL_S3,
  }),
};

type Variables<Kind extends { readonly readers: Readers }> = {
  readonly [Name in keyof Kind['readers'] & string]: string;
};
type Api = Variables<typeof ApiEnvironment>;
type ApiWithMail = Variables<typeof ApiWithMailEnvironment>;
type ApiWithBucket = Variables<typeof ApiWithBucketEnvironment>;

/** The variables of the upload gateway that its container does not set itself. */
export type UploadGatewayVariable = Exclude<keyof Variables<typeof UploadGatewayEnvironment>, 'PORT' | 'HOST'>;

/** The variables of each function, by its name (the folder and suffix of its entry removed). */
export interface Environments {
  readonly 'list-media': Variables<typeof ListMediaEnvironment>;
  readonly 'get-media': Variables<typeof GetMediaEnvironment>;
  readonly 'create-media': Api;
  readonly 'update-media': Api;
  readonly 'delete-media': ApiWithBucket;
  readonly 'get-content': Variables<typeof GetContentEnvironment>;
  readonly 'draw-picture': Variables<typeof DrawPictureEnvironment>;
  readonly 'remove-file': ApiWithBucket;
  readonly 'bulk-media': Variables<typeof BulkMediaEnvironment>;
  readonly 'run-bulk': Variables<typeof RunBulkEnvironment>;
  readonly 'check-duplicates': Api;
  readonly 'analyze-media': Variables<typeof AnalyzeMediaEnvironment>;
  readonly 'reread-metadata': Variables<typeof RereadEnvironment>;
  readonly 'manage-tags': Api;
  readonly 'tag-media': Api;
  readonly 'queue-changes': Variables<typeof QueueChangesEnvironment>;
  readonly 'index-media': Variables<typeof IndexMediaEnvironment>;
  readonly 'rebuild-index': Variables<typeof TableEnvironment>;
  readonly 'list-trash': Api;
  readonly 'restore-media': ApiWithBucket;
  readonly 'purge-media': ApiWithBucket;
  readonly 'get-usage': Api;
  readonly openapi: Api;
  readonly web: Variables<typeof WebEnvironment>;
  readonly recount: Variables<typeof TableEnvironment>;
  readonly migrate: Variables<typeof TableEnvironment>;
  readonly 'create-upload': Variables<typeof CreateUploadEnvironment>;
  readonly 'get-upload': ApiWithBucket;
  readonly 'manage-parts': ApiWithBucket;
  readonly 'sign-upload': ApiWithBucket;
  readonly 'delete-upload': ApiWithBucket;
  readonly 'manage-uppy': ApiWithBucket;
  readonly 'upload-media': Variables<typeof UploadMediaEnvironment>;
  readonly login: Api;
  readonly logout: Api;
  readonly 'get-me': Api;
  readonly refresh: Api;
  readonly 'create-guest': Api;
  readonly 'change-password': ApiWithMail;
  readonly 'manage-api-keys': Api;
  readonly 'rotate-secret': Variables<typeof SecretEnvironment>;
  readonly 'make-edge-key': object;
  readonly 'manage-teams': Api;
  readonly 'manage-members': Api;
  readonly 'manage-invitations': ApiWithMail;
  readonly 'create-owner': Variables<typeof TableEnvironment>;
  readonly 'manage-people': Variables<typeof TableEnvironment>;
  readonly 'manage-collections': ApiWithBucket;
  readonly 'manage-share-links': Api;
  readonly 'open-share-link': ApiWithBucket;
  readonly 'create-ticket': Api;
  readonly connect: Variables<typeof ConnectEnvironment>;
  readonly disconnect: Variables<typeof FanOutEnvironment>;
  readonly 'end-expired': Variables<typeof EndExpiredEnvironment>;
  readonly message: Variables<typeof MessageEnvironment>;
  readonly 'fan-out': Variables<typeof FanOutEnvironment>;
  readonly 'read-events': Api;
  readonly 'send-mail': Variables<typeof SendMailEnvironment>;
  readonly 'manage-webhooks': Variables<typeof ManageWebhooksEnvironment>;
  readonly 'send-webhook': Variables<typeof SendWebhookEnvironment>;
  readonly announce: Variables<typeof AnnounceEnvironment>;
  readonly 'queue-uploads': Variables<typeof QueueUploadsEnvironment>;
  readonly 'examine-file': Variables<typeof ExamineFileEnvironment>;
  readonly 'process-upload': Variables<typeof ProcessUploadEnvironment>;
  readonly 'extract-text': Variables<typeof ExtractTextEnvironment>;
  readonly 'read-text': Variables<typeof ReadTextEnvironment>;
  readonly sweep: Variables<typeof SweepEnvironment>;
}
