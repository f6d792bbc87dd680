import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { VISIBILITIES } from '../../functions/domain/media.ts';
import { OCR_LANGUAGE_CODES, type OcrLanguage, SHIPPED_OCR_LANGUAGES } from '../../functions/domain/ocr-languages.ts';
import { byteSize } from './byte-size.ts';
import { edge } from './edge.ts';
import { mail } from './mail.ts';
import { DEFAULT_MIMES } from './media-types.ts';
import {
  domainName,
  isOrigin,
  LOG_PERIODS,
  listOf,
  mimeType,
  oneOf,
  sizeInMemory,
  sizeLimit,
  wholeNumber,
} from './shapes.ts';

/** Everything that `mediashelf.config.ts` may say; each key has a default, and an unknown key is refused. */
export const SettingsSchema = z.strictObject({
  /** A domain of your own for the HTTP API, with the ARN of a certificate for it in the stack's region. */
  domain: domainName().optional(),
  /** One address for APIs, WebSocket, media and dashboard: CloudFront in front of all of them. Without it each has its own. */
  edge: edge().optional(),
  /**
   * Sites beside the API's own that may call it from a browser and upload to the bucket. With none, any site may upload with a
   * signed request that it received.
   */
  allowedOrigins: listOf(
    z.string().refine(isOrigin, { error: 'allowed is an origin such as https://www.example.com, without a path or *' }),
    'https://www.example.com',
  )
    .max(20, { error: 'allowed are at most 20 origins' })
    .default([]),
  /** Takes forms of more than 4 MB under this name, with a certificate in the stack's region; without it they are refused. */
  uploadGateway: domainName()
    .extend({
      /** The image that the gateway's container is built on, in place of the project's, by its digest. */
      baseImage: z
        .string()
        .regex(/^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/, {
          error: 'allowed is an image with its digest: name@sha256:..., or name:tag@sha256:...',
        })
        .optional(),
      /** The two zones that the container runs in, where one of the region's first two has no Fargate on ARM. */
      zones: listOf(
        z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/, { error: 'allowed are names of zones' }),
        'us-east-1a',
      )
        .length(2, { error: 'allowed are exactly two zones: the load balancer needs two' })
        .optional(),
    })
    .optional(),
  /** Media types that may be uploaded. */
  types: listOf(mimeType, 'image/png')
    .min(1, { error: 'at least one type is needed' })
    .default([...DEFAULT_MIMES]),
  /** The largest file of each kind. */
  limits: z
    .strictObject({
      image: sizeInMemory().default(10 * 1024 ** 2),
      document: sizeInMemory().default(20 * 1024 ** 2),
      video: sizeLimit().default(100 * 1024 ** 2),
      audio: sizeLimit().default(50 * 1024 ** 2),
    })
    .prefault({}),
  /** How much the files of one form may have together; a single file may always have the limit of its kind. */
  largestForm: sizeLimit().default(1024 ** 3),
  /** How much one team may store. */
  quotaPerTeam: byteSize('1024 TB', 'the counters are exact to 2^53 bytes').default(100 * 1024 ** 3),
  /**
   * How many records one team may have, including those in the trash and of unfinished uploads; each makes up to 300 items of
   * the table.
   */
  recordsPerTeam: wholeNumber(1, 1_000_000_000, 'records').default(1_000_000),
  /** How many teams one person may make, each with quotas of its own; with 0, operators make all teams. */
  teamsPerPerson: wholeNumber(0, 50, 'teams').default(3),
  /** How long deleted media can be restored. */
  retentionDays: wholeNumber(1, 3650, 'days').default(30),
  /** The default visibility of an uploaded file. */
  defaultVisibility: oneOf(VISIBILITIES).default('shared'),
  /** Whether files may be uploaded; if not, the library can still be read and edited. */
  uploadsEnabled: z.boolean({ error: 'allowed is true or false' }).default(true),
  /** How long an upload by one request may take; one in parts has a day. S3 drops the parts of an unfinished upload after a day, so a session is no longer than that. */
  uploadMinutes: wholeNumber(5, 1440, 'minutes').default(60),
  /** How many unfinished uploads one person may have. */
  openUploads: wholeNumber(1, 10_000, 'uploads').default(1000),
  /** How many files are processed at once, each by an execution of Lambda; one team has at most three in five of them. */
  filesAtOnce: wholeNumber(2, 1000, 'files').default(40),
  /** Whether titles, captions and keywords that are embedded in a file fill the empty fields of its new record. */
  fillFromMetadata: z.boolean({ error: 'allowed is true or false' }).default(false),
  /** How many calls a minute may have before they are answered 429; no call is counted twice, over all functions. */
  rateLimits: z
    .strictObject({
      /** By one person, over all credentials. */
      perMinute: wholeNumber(1, 1_000_000, 'calls').default(6000),
      /** From one address, by callers without a sign-in and by guests. */
      anonymousPerMinute: wholeNumber(1, 1_000_000, 'calls').default(1200),
    })
    .prefault({}),
  /** Connections to the WebSocket API, and their messages. */
  realtime: z
    .strictObject({
      /** How many one person may have open, over all logins and keys. */
      connectionsPerPerson: wholeNumber(1, 10_000, 'connections').default(200),
      /** How many a guest may have open. */
      connectionsPerGuest: wholeNumber(1, 10_000, 'connections').default(5),
      /** How many all guests of one address may have open together: an address makes many guests. */
      connectionsOfGuestsPerAddress: wholeNumber(1, 10_000, 'connections').default(50),
      /** How many one person may open in a minute. */
      handshakesPerMinute: wholeNumber(1, 1_000_000, 'handshakes').default(300),
      /**
       * How many messages one person may send in a minute, over all of their connections; each started 4 KB is one. Guests'
       * count for their address.
       */
      messagesPerMinute: wholeNumber(8, 1_000_000, 'messages').default(6000),
    })
    .prefault({}),
  /** People without an account, each in a separate team that is removed with them. */
  guests: z
    .strictObject({
      /** Whether guests are allowed. By default they are not on AWS, and are in the local runtime. */
      enabled: z.boolean({ error: 'allowed is true or false' }).default(false),
      /** How many guests an hour one address may make. */
      perAddressPerHour: wholeNumber(1, 10_000, 'guests').default(20),
      /** How long a guest stays; with 0 there are none. */
      hours: wholeNumber(0, 720, 'hours').default(24),
      /** How much a guest may store. */
      quota: byteSize('1 TB', 'a guest that stores more should have an account').default(100 * 1024 ** 2),
      /** How many records a guest may have. */
      records: wholeNumber(1, 1_000_000, 'records').default(1000),
    })
    .prefault({}),
  /** Languages of text recognition; each adds the data of its installed package to a layer. */
  ocrLanguages: listOf(
    z.enum(OCR_LANGUAGE_CODES as [OcrLanguage, ...OcrLanguage[]], {
      error: `allowed are ${OCR_LANGUAGE_CODES.join(', ')}`,
    }),
    'en',
  )
    .min(1, { error: 'at least one language is needed' })
    .refine((languages) => new Set(languages).size === languages.length, { error: 'each language is named once' })
    .default([...SHIPPED_OCR_LANGUAGES]),
  /** When the text of a file is read: on request, or of every file as it arrives, so that search finds it. */
  extractText: oneOf(['onDemand', 'onUpload']).default('onDemand'),
  /** The malware scanner of uploads. */
  malwareScanner: oneOf(['off', 'guardduty', 'clamd']).default('off'),
  /** The ClamAV daemon of `clamd`, and the network in which functions reach it. */
  clamd: z
    .strictObject({
      host: z
        .string()
        .regex(/^[a-z0-9.-]{1,253}$|^[0-9a-f:]{2,39}$/i, { error: 'allowed is the name or address of a host' }),
      port: wholeNumber(1, 65_535, 'a port').default(3310),
      subnetIds: listOf(
        z.string().regex(/^subnet-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, { error: 'allowed are ids of subnets' }),
        'subnet-0a1b2c3d',
      ).default([]),
      securityGroupIds: listOf(
        z.string().regex(/^sg-[0-9a-f]{8}(?:[0-9a-f]{9})?$/, { error: 'allowed are ids of security groups' }),
        'sg-0a1b2c3d',
      ).default([]),
    })
    .optional(),
  /** Mails for invitations and new passwords, by SES. Without it there are none on AWS; in the local runtime each is a file. */
  mail: mail().optional(),
  /** Whether webhooks may call this machine without TLS, to develop a receiver beside the local runtime. */
  webhooksToLoopback: z.boolean({ error: 'allowed is true or false' }).default(false),
  /** The address for alarms; without it they appear only in CloudWatch. */
  alarmEmail: z.email({ error: 'allowed is an e-mail address' }).optional(),
  /** The cost of a month, in dollars, from which on `alarmEmail` is told: of the whole account, since costs of one stack are not told apart. */
  monthlyCost: wholeNumber(1, 1_000_000, 'dollars').default(50),
  /** How long logs are kept. */
  logRetentionDays: z
    .number()
    .refine((days): days is RetentionDays => LOG_PERIODS.includes(days), {
      error: `allowed is one of ${LOG_PERIODS.join(', ')} (days)`,
    })
    .default(RetentionDays.ONE_MONTH),
  /** What `cdk destroy` leaves: `retain` keeps table, bucket and secret, and protects the table from deletion. */
  removalPolicy: oneOf(['retain', 'destroy']).default('retain'),
});

type Input = z.input<typeof SettingsSchema>;

/** The settings as `mediashelf.config.ts` may write them. */
export type SettingsInput = Omit<Input, 'edge' | 'mail'> & {
  /** `false` is the stack without an edge. */
  readonly edge?: false | Input['edge'];
  /** `false` is the stack that sends no mail. */
  readonly mail?: false | Input['mail'];
};

/** The settings after parsing: everything set, sizes in bytes. */
export type MediashelfSettings = z.output<typeof SettingsSchema>;
