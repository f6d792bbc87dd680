import { LOCAL_ACCOUNT, LOCAL_GATEWAY, LOCAL_REGION } from '../ports.ts';

/** The inputs of a resource's names. */
export interface Naming {
  readonly logicalId: string;
  /** The physical name: the template's own if it has one, otherwise `<Stack>-<LogicalId>-<hash8>`. */
  readonly name: string;
  /** Ten lowercase letters and digits that are always the same for this resource, as an API id is. */
  readonly id: string;
}

/** How one resource type answers `Ref` and `Fn::GetAtt`. */
export interface ResourceType {
  /** The property that may name the resource. */
  readonly nameProperty?: string;
  /** Bucket names have no capitals. */
  readonly lowerCase?: boolean;
  ref(naming: Naming): string;
  readonly attributes: Readonly<Record<string, (naming: Naming) => string>>;
}

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${resource}`;
const iamArn = (resource: string): string => `arn:aws:iam::${LOCAL_ACCOUNT}:${resource}`;
const byName = ({ name }: Naming): string => name;
const byId = ({ id }: Naming): string => id;

// AWS adds the time of creation to a stream's ARN. A fixed time keeps the ARN, and with it every checkpoint, the same.
const STREAM_LABEL = '2026-01-01T00:00:00.000';

const table: ResourceType = {
  nameProperty: 'TableName',
  ref: byName,
  attributes: {
    Arn: ({ name }) => arn('dynamodb', `table/${name}`),
    StreamArn: ({ name }) => arn('dynamodb', `table/${name}/stream/${STREAM_LABEL}`),
    TableId: byId,
  },
};
const secretArn = ({ name, id }: Naming): string => arn('secretsmanager', `secret:${name}-${id.slice(0, 6)}`);
const queueUrl = ({ name }: Naming): string => `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${name}`;
const apiHost = ({ id }: Naming): string => `${id}.execute-api.${LOCAL_REGION}.amazonaws.com`;
const nameOnly: ResourceType = { ref: byName, attributes: {} };
const idOnly: ResourceType = { ref: byId, attributes: { Id: byId } };

const cloudFrontFunction = (name: string): string => `arn:aws:cloudfront::${LOCAL_ACCOUNT}:function/${name}`;

/** Stands for a value that a function of the stack answers; it is known once that one was called. */
export const customValue = (logicalId: string, attribute: string): string => `{{custom:${logicalId}.${attribute}}}`;

/** The resource types that the local runtime emulates. */
export const EMULATED: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    lowerCase: true,
    ref: byName,
    attributes: {
      Arn: ({ name }) => `arn:aws:s3:::${name}`,
      DomainName: ({ name }) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: ({ name }) => `${name}.s3.${LOCAL_REGION}.amazonaws.com`,
    },
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    ref: queueUrl,
    attributes: { Arn: ({ name }) => arn('sqs', name), QueueName: byName, QueueUrl: queueUrl },
  },
  'AWS::SecretsManager::RotationSchedule': idOnly,
  'AWS::SecretsManager::Secret': { nameProperty: 'Name', ref: secretArn, attributes: { Id: secretArn } },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    ref: byName,
    attributes: { Arn: ({ name }) => arn('lambda', `function:${name}`) },
  },
  'AWS::Lambda::LayerVersion': {
    ref: ({ name }) => arn('lambda', `layer:${name}:1`),
    attributes: { LayerVersionArn: ({ name }) => arn('lambda', `layer:${name}:1`) },
  },
  'AWS::Lambda::EventSourceMapping': idOnly,
  'AWS::Lambda::EventInvokeConfig': idOnly,
  'AWS::Lambda::Permission': idOnly,
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    ref: byName,
    attributes: { Arn: ({ name }) => iamArn(`role/${name}`), RoleId: ({ id }) => `AROA${id.toUpperCase()}` },
  },
  'AWS::IAM::Policy': { ref: byName, attributes: { Id: byId } },
  'AWS::IAM::ManagedPolicy': {
    ref: ({ name }) => iamArn(`policy/${name}`),
    attributes: { PolicyArn: ({ name }) => iamArn(`policy/${name}`) },
  },
  'AWS::Events::Rule': {
    nameProperty: 'Name',
    ref: byName,
    attributes: { Arn: ({ name }) => arn('events', `rule/${name}`) },
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    ref: byName,
    attributes: { Arn: ({ name }) => arn('scheduler', `schedule/default/${name}`) },
  },
  'AWS::ApiGatewayV2::Api': {
    ref: byId,
    attributes: { ApiId: byId, ApiEndpoint: (naming) => `https://${apiHost(naming)}` },
  },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName', ref: byName, attributes: {} },
  'AWS::ApiGatewayV2::Integration': { ref: byId, attributes: { IntegrationId: byId } },
  'AWS::ApiGatewayV2::Route': { ref: byId, attributes: { RouteId: byId } },
  'AWS::ECS::TaskDefinition': {
    nameProperty: 'Family',
    ref: ({ name }) => arn('ecs', `task-definition/${name}:1`),
    attributes: { TaskDefinitionArn: ({ name }) => arn('ecs', `task-definition/${name}:1`) },
  },
  'Custom::S3BucketNotifications': idOnly,
  'Custom::EdgeKey': {
    ref: byId,
    attributes: {
      PublicKey: ({ logicalId }) => customValue(logicalId, 'PublicKey'),
      OriginDigest: ({ logicalId }) => customValue(logicalId, 'OriginDigest'),
    },
  },
  'AWS::CloudFront::Distribution': {
    ref: byId,
    attributes: { Id: byId, DomainName: ({ id }) => `${id}.cloudfront.net` },
  },
  'AWS::CloudFront::CachePolicy': idOnly,
  'AWS::CloudFront::ResponseHeadersPolicy': idOnly,
  'AWS::CloudFront::OriginAccessControl': idOnly,
  'AWS::CloudFront::KeyGroup': idOnly,
  'AWS::CloudFront::PublicKey': idOnly,
  'AWS::CloudFront::Function': {
    ref: ({ name }) => cloudFrontFunction(name),
    attributes: { FunctionARN: ({ name }) => cloudFrontFunction(name) },
  },
  'AWS::S3::BucketPolicy': nameOnly,
};

interface Unneeded extends ResourceType {
  readonly reason: string;
}
const unneeded = (reason: string, type: ResourceType = nameOnly): Unneeded => ({ ...type, reason });
const withArn = (service: string, prefix: string): ResourceType => ({
  ref: byName,
  attributes: { Arn: ({ name }) => arn(service, `${prefix}${name}`) },
});
const keyArn = ({ id }: Naming): string => arn('kms', `key/${id}`);

/** The resource types that need nothing locally, each with the reason. */
export const UNNEEDED: Readonly<Record<string, Unneeded>> = {
  'AWS::CDK::Metadata': unneeded('says which constructs were used, and does nothing'),
  'AWS::Logs::LogGroup': unneeded('functions log to files here', {
    nameProperty: 'LogGroupName',
    ...withArn('logs', 'log-group:'),
  }),
  'AWS::Logs::DeliverySource': unneeded('CloudFront logs nothing here'),
  'AWS::Logs::DeliveryDestination': unneeded('CloudFront logs nothing here', withArn('logs', 'delivery-destination:')),
  'AWS::Logs::Delivery': unneeded('CloudFront logs nothing here'),
  'AWS::Logs::ResourcePolicy': unneeded('nothing but functions writes logs here'),
  'AWS::Logs::MetricFilter': unneeded('metrics of a laptop have no reader'),
  'AWS::Logs::QueryDefinition': unneeded('a saved query of the AWS console'),
  'AWS::CloudWatch::Alarm': unneeded('a laptop has no operator to alert', withArn('cloudwatch', 'alarm:')),
  'AWS::Budgets::Budget': unneeded('a laptop costs nothing'),
  'AWS::CloudWatch::CompositeAlarm': unneeded('a laptop has no operator to alert', withArn('cloudwatch', 'alarm:')),
  'AWS::CloudWatch::Dashboard': unneeded('a page of the AWS console'),
  'AWS::SNS::Topic': unneeded('takes the alarms, and there are none here', {
    ref: ({ name }) => arn('sns', name),
    attributes: { TopicArn: ({ name }) => arn('sns', name), TopicName: byName },
  }),
  'AWS::SNS::TopicPolicy': unneeded('guards a topic that takes nothing here'),
  'AWS::SNS::Subscription': unneeded('delivers alarms, and there are none here'),
  'AWS::SQS::QueuePolicy': unneeded('asks for TLS and lets S3 send; here the runtime itself delivers'),
  'AWS::KMS::Key': unneeded('data on a laptop is as safe as its disk', {
    ref: byId,
    attributes: { Arn: keyArn, KeyId: byId },
  }),
  'AWS::GuardDuty::MalwareProtectionPlan': unneeded(
    'there is no scanner here: an upload waits until the result of its scan is sent to EventBridge',
    idOnly,
  ),
  'AWS::KMS::Alias': unneeded('names a key that is not used here'),
  'AWS::ApiGateway::Account': unneeded('lets API Gateway write logs'),
  'AWS::Scheduler::ScheduleGroup': unneeded('groups schedules in the AWS console'),
  ...Object.fromEntries(
    [
      'VPC',
      'Subnet',
      'RouteTable',
      'SubnetRouteTableAssociation',
      'Route',
      'InternetGateway',
      'VPCGatewayAttachment',
      'VPCEndpoint',
      'FlowLog',
      'SecurityGroup',
      'SecurityGroupEgress',
      'SecurityGroupIngress',
    ].map((type) => [`AWS::EC2::${type}`, unneeded('everything is on loopback, and nothing else is reached')]),
  ),
  'AWS::ECS::Cluster': unneeded('the one container runs in the runtime itself'),
  'AWS::ECS::Service': unneeded('one container is enough for one machine, and it starts when it is needed'),
  'AWS::ApplicationAutoScaling::ScalableTarget': unneeded('one container is enough for one machine'),
  'AWS::ApplicationAutoScaling::ScalingPolicy': unneeded('one container is enough for one machine'),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ...unneeded('the gateway of the HTTP API hands large forms over'),
    attributes: { DNSName: () => LOCAL_GATEWAY },
  },
  'AWS::ElasticLoadBalancingV2::Listener': unneeded('the gateway of the HTTP API hands large forms over'),
  'AWS::ElasticLoadBalancingV2::TargetGroup': unneeded('the gateway of the HTTP API hands large forms over'),
  'AWS::WAFv2::WebACL': unneeded('filters traffic of the internet', withArn('wafv2', 'webacl/')),
  'AWS::WAFv2::WebACLAssociation': unneeded('filters traffic of the internet'),
};
