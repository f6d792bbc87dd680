import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  HttpCodeElb,
  HttpCodeTarget,
  ListenerCertificate,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Aws, CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ANSWER_SECONDS } from '../functions/gateway/answer-seconds.ts';
import type { UploadGatewayVariable } from '../functions/shared/environment.ts';
import type { GatewayMetrics } from './alarms.ts';
import type { AnyGrant, VariablesIn } from './grant.ts';
import { PERIOD, sumOf } from './metrics.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { wildcard } from './wildcard.ts';

const PORT = 8080;
/** One whole processor: every byte of 32 forms at once is hashed, and passes TLS twice. */
const CPU_UNITS = 1024;
const MEMORY_MIB = 2048;
/** Forms are on the task's disk until they are verified. */
const DISK_GIB = 50;
const MOST_TASKS = 4;
/**
 * A task takes 32 forms at once (`functions/gateway/form-server.ts`): half of those that it could finish if each took fifteen
 * seconds.
 */
const FORMS_PER_TASK_AND_MINUTE = 64;

type Missing<Grants extends readonly AnyGrant[]> = Exclude<UploadGatewayVariable, VariablesIn<Grants[number]>>;

interface UploadGatewayProps<Grants extends readonly AnyGrant[]> {
  readonly domain: NonNullable<MediashelfSettings['uploadGateway']>;
  /** Folder with the program and its Dockerfile. */
  readonly program: string;
  readonly logRetention: RetentionDays;
  /** The permissions of the functions that the gateway replaces. */
  readonly grants: Grants &
    ([Missing<Grants>] extends [never] ? unknown : { readonly 'no grant sets': Missing<Grants> });
}

/** A service that assumes a role for resources of this account alone. ECS and VPC tell IAM their source; others do not. */
const onBehalfOf = (service: string, namespace: string, resource: string): ServicePrincipal =>
  new ServicePrincipal(service, {
    conditions: {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:${namespace}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}` },
    },
  });

/**
 * Takes forms that are too large for API Gateway and Lambda: a load balancer, and a service on Fargate that streams them into
 * the bucket with the functions' own code. Its tasks are in public subnets and accept connections only from the load balancer;
 * that saves a NAT gateway, which would cost more than the tasks.
 */
export class UploadGateway<const Grants extends readonly AnyGrant[]> extends Construct {
  readonly metrics: GatewayMetrics;

  constructor(scope: Construct, id: string, { domain, program, logRetention, grants }: UploadGatewayProps<Grants>) {
    super(scope, id);
    const vpc = this.network(logRetention, domain.zones);
    const task = this.task(program, logRetention, grants, domain.baseImage);
    const balancer = new ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      internetFacing: true,
      dropInvalidHeaderFields: true,
      // The program itself cuts off silent clients; verifying their files may take longer than that.
      idleTimeout: Duration.seconds(ANSWER_SECONDS),
      securityGroup: this.openTo443(vpc),
    });
    Validations.of(balancer).acknowledge({
      id: 'AwsSolutions-ELB2',
      reason: 'The gateway logs one line for each request, and the name of the log bucket depends on the region',
    });
    const cluster = new Cluster(this, 'Cluster', { vpc, containerInsightsV2: ContainerInsights.ENABLED });
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      // No number of tasks: each deployment would set a service back to it that was scaled up meanwhile. A new one begins with one.
      assignPublicIp: true,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
    });
    const listener = balancer.addListener('Https', {
      port: 443,
      protocol: ApplicationProtocol.HTTPS,
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      certificates: [ListenerCertificate.fromArn(domain.certificateArn)],
      open: false,
    });
    const targetGroup = listener.addTargets('Gateway', {
      port: PORT,
      protocol: ApplicationProtocol.HTTP,
      targets: [service],
      healthCheck: { path: '/health', interval: Duration.seconds(15) },
      // A running form may take this long to finish before its task ends.
      deregistrationDelay: Duration.minutes(15),
    });
    const scaling = service.autoScaleTaskCount({ minCapacity: 1, maxCapacity: MOST_TASKS });
    scaling.scaleOnCpuUtilization('Load', { targetUtilizationPercent: 60 });
    // Forms on slow lines take places and hardly any processor.
    scaling.scaleOnRequestCount('Requests', { targetGroup, requestsPerTarget: FORMS_PER_TASK_AND_MINUTE });
    const summed = { period: PERIOD, statistic: Stats.SUM };
    this.metrics = {
      failures: sumOf('failures', [
        targetGroup.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, summed),
        balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, summed),
      ]),
      healthy: targetGroup.metrics.healthyHostCount({ period: PERIOD, statistic: Stats.MAXIMUM }),
      service,
    };
    new CfnOutput(scope, 'UploadGatewayUrl', { value: `https://${domain.name}` });
    new CfnOutput(scope, 'UploadGatewayTarget', {
      description: `Point a CNAME or alias record of ${domain.name} here`,
      value: balancer.loadBalancerDnsName,
    });
  }

  private network(retention: RetentionDays, zones: readonly string[] | undefined): Vpc {
    // Accepted flows add nothing to the gateway's own log, and every form of 100 MB is many flows.
    const logGroup = new LogGroup(this, 'FlowLogs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, 'FlowLogsRole', {
      assumedBy: onBehalfOf('vpc-flow-logs.amazonaws.com', 'ec2', 'vpc-flow-log/*'),
    });
    const destination = FlowLogDestination.toCloudWatchLogs(logGroup, role);
    return new Vpc(this, 'Network', {
      ipAddresses: IpAddresses.cidr('10.77.0.0/24'),
      ...(zones === undefined ? { maxAzs: 2 } : { availabilityZones: [...zones] }),
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 26 }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
      flowLogs: { Rejected: { destination, trafficType: FlowLogTrafficType.REJECT } },
    });
  }

  private openTo443(vpc: Vpc): SecurityGroup {
    const group = new SecurityGroup(this, 'Public', {
      vpc,
      description: 'HTTPS from anywhere',
      allowAllOutbound: false,
    });
    group.addIngressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS');
    Validations.of(group).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The gateway serves the public, as the HTTP API does; each request is authenticated',
    });
    return group;
  }

  private task(
    program: string,
    retention: RetentionDays,
    grants: readonly AnyGrant[],
    baseImage: string | undefined,
  ): FargateTaskDefinition {
    const role = new Role(this, 'Role', {
      assumedBy: onBehalfOf('ecs-tasks.amazonaws.com', 'ecs', '*'),
      inlinePolicies: {
        Grants: new PolicyDocument({ minimize: true, statements: grants.flatMap(({ statements }) => statements) }),
      },
    });
    Validations.of(role).acknowledge(...grants.flatMap(({ acknowledged }) => acknowledged));
    const task = new FargateTaskDefinition(this, 'Task', {
      cpu: CPU_UNITS,
      memoryLimitMiB: MEMORY_MIB,
      ephemeralStorageGiB: DISK_GIB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64 },
      taskRole: role,
    });
    Validations.of(task).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'The variables name resources and hold settings; the one secret is read from Secrets Manager by its ARN',
    });
    const logGroup = new LogGroup(this, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });
    task.addContainer('gateway', {
      image: ContainerImage.fromAsset(program, {
        platform: Platform.LINUX_ARM64,
        ...(baseImage === undefined ? {} : { buildArgs: { BASE_IMAGE: baseImage } }),
      }),
      portMappings: [{ containerPort: PORT }],
      environment: {
        ...Object.assign({}, ...grants.map(({ environment }) => environment)),
        // Streamed bytes leave garbage, and a small young generation is collected before much of it accumulates.
        NODE_OPTIONS: '--max-semi-space-size=1',
        PORT: String(PORT),
        HOST: '0.0.0.0',
      },
      logging: LogDrivers.awsLogs({ streamPrefix: 'gateway', logGroup }),
      stopTimeout: Duration.seconds(120),
    });
    const execution = task.obtainExecutionRole();
    Validations.of(execution).acknowledge(
      wildcard(this, '*', 'ecr:GetAuthorizationToken is given for a registry, and takes no resource'),
    );
    return task;
  }
}
