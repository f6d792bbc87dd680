import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { NO_EDGE } from '../functions/http/behind-edge.ts';
import { Accounts } from './accounts.ts';
import { Alarms } from './alarms.ts';
import { AuthSecret } from './auth-secret.ts';
import { Bulk } from './bulk.ts';
import type { Bundles } from './bundles.ts';
import { Collections } from './collections.ts';
import { Documentation } from './documentation.ts';
import { Edge, NO_SIGNING } from './edge/edge.ts';
import { Examination } from './examination.ts';
import { variable } from './grant.ts';
import { HttpApi, type Route } from './http-api.ts';
import { InvocationRole } from './invocation-role.ts';
import { Library } from './library.ts';
import { beRoot } from './library-root.ts';
import { Mail, queueingMail } from './mail.ts';
import { MalwareScanning } from './malware-scanning.ts';
import { Media } from './media.ts';
import { MediaBucket } from './media-bucket.ts';
import { ocrLayer } from './ocr-layer.ts';
import type { OperationFunction } from './operation-function.ts';
import type { MediashelfOutputs } from './outputs.ts';
import { Processing } from './processing.ts';
import { refusePlainHttp } from './queues.ts';
import { Realtime } from './realtime.ts';
import { Search } from './search.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { settingsText } from './settings/settings.ts';
import { Sharing } from './sharing.ts';
import { sharpLayer } from './sharp-layer.ts';
import { Tags } from './tags.ts';
import { Teams } from './teams.ts';
import { Text } from './text.ts';
import { Trash } from './trash.ts';
import { UploadGateway } from './upload-gateway.ts';
import { Uploads } from './uploads.ts';
import { Usage } from './usage.ts';
import { Web } from './web.ts';
import { Webhooks } from './webhooks.ts';

/** The inputs of a library; folders are absolute. */
export interface MediashelfProps {
  readonly settings: MediashelfSettings;
  readonly routes: readonly Route[];
  readonly bundles: Bundles;
  /** Folder with the sharp layer's package files. */
  readonly sharpFolder: string;
  /** Folder with the package files of the layer for recognition. */
  readonly ocrFolder: string;
}

/** Mediashelf as one construct: a table, a bucket, two APIs, and a function for each operation. One fits into a stack. */
export class Mediashelf extends Construct {
  readonly outputs: MediashelfOutputs;
  readonly table: ITable;
  readonly bucket: IBucket;
  /** The functions behind the HTTP API. */
  readonly functions: readonly IFunction[];

  constructor(scope: Construct, id: string, { settings, routes, bundles, sharpFolder, ocrFolder }: MediashelfProps) {
    super(scope, id);
    beRoot(this);

    const library = new Library(this, 'Library', { settings });
    const bucket = new MediaBucket(this, 'MediaBucket', { settings });
    const malware = new MalwareScanning(this, 'MalwareScanning', { settings, bucket });
    const secret = new AuthSecret(this, 'AuthSecret', { settings });
    const invocation = new InvocationRole(this, 'Invocation');
    const api = new HttpApi(this, 'HttpApi', { settings, invocation });
    const sharp = sharpLayer(this, sharpFolder);
    const ocr = ocrLayer(this, ocrFolder, settings.ocrLanguages);

    const defaults = { bundles, logRetention: settings.logRetentionDays };
    const settingsOfFunctions = variable('SETTINGS', settingsText(settings));
    const edge = settings.edge && new Edge(this, 'Edge', { edge: settings.edge, settings, defaults });
    const address = edge?.url ?? api.url;
    const publicUrl = variable('PUBLIC_URL', address);
    const base = [
      library.items('GetItem', 'BatchGetItem', 'Query', 'UpdateItem'),
      publicUrl,
      secret.reading(),
      settingsOfFunctions,
      edge?.known() ?? variable('EDGE', NO_EDGE),
    ] as const;

    const mail = settings.mail && new Mail(this, 'Mail', { defaults, library, publicUrl, mail: settings.mail });
    const mailing = queueingMail(mail);
    const accounts = new Accounts(this, 'Accounts', { defaults, base, library, secret, mail: mailing });
    const teams = new Teams(this, 'Teams', { defaults, base, library, mail: mailing });
    const examination = new Examination(this, 'Examination', { defaults, bucket, sharp });
    const text = new Text(this, 'Text', { defaults, base, library, bucket, sharp, ocr, examination });
    const uploads = new Uploads(this, 'Uploads', { defaults, base, library, bucket, malware, text, examination });
    const signing = edge?.signing() ?? NO_SIGNING;
    const media = new Media(this, 'Media', { defaults, base, library, bucket, sharp, examination, signing });
    edge?.signFor(media.functions);
    const bulk = new Bulk(this, 'Bulk', { defaults, base, library, bucket });
    const tags = new Tags(this, 'Tags', { defaults, base, library });
    const search = new Search(this, 'Search', { defaults, library });
    const trash = new Trash(this, 'Trash', { defaults, base, library, bucket });
    const usage = new Usage(this, 'Usage', { defaults, base, library });
    const documentation = new Documentation(this, 'Documentation', { defaults, base });
    const collections = new Collections(this, 'Collections', { defaults, base, library, bucket });
    const sharing = new Sharing(this, 'Sharing', { defaults, base, library, bucket });
    const webhooks = new Webhooks(this, 'Webhooks', { defaults, base, library });
    const realtime = new Realtime(this, 'Realtime', { defaults, base, library, webhooks, invocation });
    const web = new Web(this, 'Web', { defaults, base, bucket, sockets: realtime.api, mail: mail !== undefined });
    const processing = new Processing(this, 'Processing', {
      defaults,
      library,
      bucket,
      settings: settingsOfFunctions,
      examination,
      text,
      malware,
      filesAtOnce: settings.filesAtOnce,
    });

    const served = [
      ...[
        accounts,
        teams,
        uploads,
        media,
        bulk,
        tags,
        text,
        trash,
        usage,
        documentation,
        collections,
        sharing,
        web,
        realtime,
        webhooks,
      ],
    ].flatMap(({ functions }) => functions);
    api.serve(routes, served);
    edge?.standBefore({ api, sockets: realtime.api, bucket });

    const gateway =
      settings.uploadGateway &&
      new UploadGateway(this, 'UploadGateway', {
        domain: settings.uploadGateway,
        program: bundles('upload-gateway'),
        logRetention: settings.logRetentionDays,
        grants: uploads.gatewayGrants,
      });

    new Alarms(this, 'Alarms', {
      email: settings.alarmEmail,
      api,
      sockets: realtime.api,
      library,
      sweep: processing.sweep,
      refusingUploads: settings.uploadsEnabled ? undefined : logGroupsOf(served),
      monthlyCost: settings.monthlyCost,
      background: [
        processing.queueUploads,
        processing.processUpload,
        processing.sweep,
        text.readText,
        realtime.announce,
        realtime.fanOut,
        realtime.plannedEnds.endExpired,
        webhooks.sendWebhook,
        search.queueChanges,
        search.indexMedia,
        bulk.runBulk,
        accounts.rotateSecret,
        ...(mail ? [mail.sendMail] : []),
        ...(edge?.functions ?? []),
        ...realtime.connections,
      ],
      announce: realtime.announce,
      queueChanges: search.queueChanges,
      waiting: {
        Uploads: processing.files,
        Texts: text.queue,
        Webhooks: webhooks.queue,
        Changes: search.queue,
        ...(mail ? { Mails: mail.queue } : {}),
      },
      gateway: gateway?.metrics,
      givenUp: {
        DeadLetters: processing.deadLetters,
        Unread: text.deadLetters,
        Unannounced: realtime.unannounced,
        Unindexed: search.unindexed,
        Unfound: search.deadLetters,
        Unsent: webhooks.deadLetters,
        Unchanged: bulk.deadLetters,
        ...(mail ? { Unmailed: mail.deadLetters } : {}),
      },
    });

    refusePlainHttp(this);

    this.table = library.table;
    this.bucket = bucket.bucket;
    this.functions = served.map(({ lambda }) => lambda);
    this.outputs = {
      HttpApiUrl: address,
      WebSocketUrl: edge?.webSocketUrl ?? realtime.api.url,
      ...(edge ? { OriginApiUrl: api.url, ...edge.outputs } : {}),
      TableName: library.table.tableName,
      BucketName: bucket.bucket.bucketName,
      AuthSecretArn: secret.secret.secretArn,
      CreateOwnerFunctionName: accounts.createOwner.lambda.functionName,
      ManagePeopleFunctionName: teams.managePeople.lambda.functionName,
      SweepFunctionName: processing.sweep.lambda.functionName,
      RebuildIndexFunctionName: search.rebuildIndex.lambda.functionName,
      RereadMetadataFunctionName: media.rereadMetadata.lambda.functionName,
      RecountFunctionName: usage.recount.lambda.functionName,
      MigrateFunctionName: usage.migrate.lambda.functionName,
      ProcessingQueueUrl: processing.queue.queueUrl,
    };
  }
}

const logGroupsOf = (functions: readonly OperationFunction[]): readonly ILogGroup[] => [
  ...new Set(functions.map(({ lambda }) => lambda.logGroup)),
];
