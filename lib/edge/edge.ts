import { CfnDistribution, CfnOriginAccessControl } from 'aws-cdk-lib/aws-cloudfront';
import { Aws, CfnOutput, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { NO_EDGE } from '../../functions/http/behind-edge.ts';
import { allow, type Grant, variable } from '../grant.ts';
import type { HttpApi } from '../http-api.ts';
import type { MediaBucket } from '../media-bucket.ts';
import type { FunctionDefaults, OperationFunction } from '../operation-function.ts';
import type { OperationName } from '../operations.ts';
import { removalOf } from '../removal.ts';
import type { MediashelfSettings } from '../settings/schema.ts';
import type { WebSocketApi } from '../web-socket-api.ts';
import { behaviours, ORIGINS } from './edge-behaviours.ts';
import { EdgeFunctions } from './edge-functions.ts';
import { EdgeKeys } from './edge-keys.ts';
import { logRequests } from './edge-logs.ts';
import { EdgePolicies } from './edge-policies.ts';

type EdgeSettings = NonNullable<MediashelfSettings['edge']>;

interface EdgeProps {
  readonly edge: EdgeSettings;
  readonly settings: MediashelfSettings;
  readonly defaults: FunctionDefaults;
}

/** The origins behind the distribution. */
interface Behind {
  readonly api: HttpApi;
  readonly sockets: WebSocketApi;
  readonly bucket: MediaBucket;
}

/** The key that a function signs addresses of pictures with. */
export type SigningGrant = Grant<'EDGE_KEY_ID' | 'EDGE_SECRET'>;

/** The same in a stack without an edge. */
export const NO_SIGNING: SigningGrant = {
  environment: { EDGE_KEY_ID: NO_EDGE, EDGE_SECRET: NO_EDGE },
  statements: [],
  acknowledged: [],
};

const SIGNING: readonly OperationName[] = ['list-media', 'get-media'];

/** Each status whose answers CloudFront would keep for ten seconds by itself. */
const ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504] as const;

/** A function that waits for events is there for thirty seconds. */
const ORIGIN_SECONDS = 35;

/** The secret header of the distribution, which no visitor can send: CloudFront replaces it. */
const SECRET_HEADER = 'x-mediashelf-edge';

/** One address for APIs, WebSocket, media and dashboard: a CloudFront distribution in front of all of them. */
export class Edge extends Construct {
  /** The address, without a slash at the end. */
  readonly url: string;
  readonly webSocketUrl: string;
  private readonly distribution: CfnDistribution;
  private readonly keys: EdgeKeys;
  private readonly edge: EdgeSettings;

  constructor(scope: Construct, id: string, { edge, settings, defaults }: EdgeProps) {
    super(scope, id);
    this.edge = edge;
    this.keys = new EdgeKeys(this, 'Keys', { defaults, made: edge.keys, removalPolicy: removalOf(settings) });
    // Its origins are made later than the functions, which know its address.
    this.distribution = new CfnDistribution(this, 'Distribution', {
      distributionConfig: { enabled: true, defaultCacheBehavior: { targetOriginId: '', viewerProtocolPolicy: '' } },
    });
    const host = edge.domain ?? this.distribution.attrDomainName;
    this.url = `https://${host}`;
    this.webSocketUrl = `wss://${host}/ws`;
    if (edge.logs) logRequests(this, this.distribution, settings.logRetentionDays);
    if (edge.domain) {
      new CfnOutput(this, 'EdgeTarget', {
        description: `Point a CNAME or alias record of ${edge.domain} here`,
        value: this.distribution.attrDomainName,
      }).overrideLogicalId('EdgeTarget');
    }
  }

  /** The functions that CloudFormation invokes. */
  get functions(): readonly OperationFunction[] {
    return [this.keys.makeEdgeKey];
  }

  /** What an operator needs of it: to take answers out of the cache, and to sign addresses. */
  get outputs(): Readonly<Record<string, string>> {
    const { publicKeyId, secret } = this.keys.newest;
    return { DistributionId: this.distribution.ref, EdgeKeyId: publicKeyId, EdgeSecretArn: secret.secretArn };
  }

  /** Gives a function the digests by which it knows the edge. */
  known(): Grant<'EDGE'> {
    return variable('EDGE', this.keys.originDigests);
  }

  /** Lets a function sign addresses of pictures. */
  signing(): SigningGrant {
    const { publicKeyId, secret } = this.keys.newest;
    return {
      environment: { EDGE_KEY_ID: publicKeyId, EDGE_SECRET: secret.secretArn },
      statements: [allow(['secretsmanager:GetSecretValue'], secret.secretArn)],
      acknowledged: [],
    };
  }

  /** Has functions sign by a new key only once the distribution knows it. */
  signFor(functions: readonly OperationFunction[]): void {
    const signs = functions.filter(({ operation }) => SIGNING.includes(operation));
    for (const { lambda } of signs) lambda.node.addDependency(this.keys.group);
  }

  /** Puts the distribution in front of the APIs and the bucket. */
  standBefore({ api, sockets, bucket }: Behind): void {
    const functions = new EdgeFunctions(this, 'Functions');
    const policies = new EdgePolicies(this, 'Policies');
    const access = new CfnOriginAccessControl(this, 'BucketAccess', {
      originAccessControlConfig: {
        name: Aws.STACK_NAME,
        originAccessControlOriginType: 's3',
        signingBehavior: 'always',
        signingProtocol: 'sigv4',
      },
    });
    const { defaultBehaviour, others } = behaviours({ functions, policies, keyGroupId: this.keys.group.ref });
    this.distribution.distributionConfig = {
      enabled: true,
      comment: Aws.STACK_NAME,
      httpVersion: 'http2and3',
      ipv6Enabled: true,
      priceClass: this.edge.priceClass,
      ...this.name(),
      ...(this.edge.webAclArn === undefined ? {} : { webAclId: this.edge.webAclArn }),
      origins: [
        this.program(ORIGINS.api, api.api.ref),
        this.program(ORIGINS.sockets, sockets.api.ref),
        {
          id: ORIGINS.bucket,
          domainName: bucket.bucket.bucketRegionalDomainName,
          originAccessControlId: access.ref,
          s3OriginConfig: { originAccessIdentity: '' },
        },
      ],
      defaultCacheBehavior: defaultBehaviour,
      cacheBehaviors: others,
      customErrorResponses: ERRORS.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
    };
    bucket.showRenditionsTo(this.arn);
    this.answerChecks();
  }

  private get arn(): string {
    return Stack.of(this).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: this.distribution.ref,
    });
  }

  private program(id: string, apiId: string) {
    return {
      id,
      domainName: `${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`,
      customOriginConfig: {
        originProtocolPolicy: 'https-only',
        originSslProtocols: ['TLSv1.2'],
        originReadTimeout: ORIGIN_SECONDS,
        originKeepaliveTimeout: 60,
      },
      originCustomHeaders: [{ headerName: SECRET_HEADER, headerValue: this.keys.origin }],
    };
  }

  private name() {
    const { domain, certificateArn } = this.edge;
    if (!domain || !certificateArn) return {};
    return {
      aliases: [domain],
      viewerCertificate: {
        acmCertificateArn: certificateArn,
        sslSupportMethod: 'sni-only',
        minimumProtocolVersion: 'TLSv1.2_2021',
      },
    };
  }

  private answerChecks(): void {
    const { domain, webAclArn } = this.edge;
    const answers: [boolean, string, string][] = [
      [true, 'AwsSolutions-CFR1', 'The people of a library may be in any country'],
      [!webAclArn, 'AwsSolutions-CFR2', 'A web ACL has a price of its own; the setting edge.webAclArn names one'],
      [
        true,
        'AwsSolutions-CFR3',
        'The older logs hold queries with tokens; edge.logs turns on those that leave them out',
      ],
      [!domain, 'AwsSolutions-CFR4', 'The certificate of cloudfront.net has no choice of protocols; edge.domain has'],
    ];
    for (const [applies, id, reason] of answers)
      if (applies) Validations.of(this.distribution).acknowledge({ id, reason });
  }
}
