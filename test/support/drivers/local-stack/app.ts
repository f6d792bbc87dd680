/**
 * A small stack with one of everything that the local runtime emulates. Synthesized in a process of its own:
 * `CDK_OUTDIR=folder node app.ts`.
 */
import { join } from 'node:path';
import {
  App,
  aws_apigatewayv2_integrations as apiIntegrations,
  aws_apigatewayv2 as apis,
  CfnOutput,
  Duration,
  aws_dynamodb as dynamodb,
  aws_events as events,
  aws_lambda as lambda,
  aws_s3_notifications as notifications,
  RemovalPolicy,
  Stack,
  aws_s3 as s3,
  aws_secretsmanager as secrets,
  aws_lambda_event_sources as sources,
  aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';

// The visibility timeout is shorter than CDK likes, so that tests need not wait; its checks are left out.
const app = new App({
  analyticsReporting: false,
  treeMetadata: false,
  builtinCloudFormationValidation: false,
});
const stack = new Stack(app, 'Fixture');
const { STRING } = dynamodb.AttributeType;

const table = new dynamodb.TableV2(stack, 'Table', {
  partitionKey: { name: 'pk', type: STRING },
  sortKey: { name: 'sk', type: STRING },
  dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
  timeToLiveAttribute: 'ttl',
  globalSecondaryIndexes: [{ indexName: 'byName', partitionKey: { name: 'name', type: STRING } }],
});
const seen = new dynamodb.Table(stack, 'Seen', { partitionKey: { name: 'pk', type: STRING } });
const deadLetters = new sqs.Queue(stack, 'DeadLetters');
const queue = new sqs.Queue(stack, 'Queue', {
  visibilityTimeout: Duration.seconds(3),
  deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
});
const bucket = new s3.Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(queue), {
  prefix: 'originals/',
});
const secret = new secrets.Secret(stack, 'Secret', {
  generateSecretString: { passwordLength: 48, excludePunctuation: true },
});

const functionOf = (id: string, folder: string, props: Partial<lambda.FunctionProps>): lambda.Function =>
  new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(join(import.meta.dirname, 'functions', folder)),
    timeout: Duration.seconds(10),
    memorySize: 128,
    ...props,
  });

const operations = functionOf('Operations', 'operations', {
  // Enough to run out of memory first, on a busy machine as well.
  timeout: Duration.seconds(5),
  environment: { TABLE: table.tableName, BUCKET: bucket.bucketName, SECRET: secret.secretArn },
});
table.grantReadWriteData(operations);
bucket.grantPut(operations, 'originals/*');
secret.grantRead(operations);

const queueConsumer = functionOf('QueueConsumer', 'queue-consumer', { environment: { SEEN: seen.tableName } });
seen.grantWriteData(queueConsumer);
queueConsumer.addEventSource(new sources.SqsEventSource(queue, { reportBatchItemFailures: true, maxConcurrency: 2 }));

const streamConsumer = functionOf('StreamConsumer', 'stream-consumer', { environment: { SEEN: seen.tableName } });
seen.grantWriteData(streamConsumer);
streamConsumer.addEventSource(
  new sources.DynamoEventSource(table, {
    startingPosition: lambda.StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
    retryAttempts: 1,
    filters: [
      lambda.FilterCriteria.filter({ dynamodb: { Keys: { pk: { S: lambda.FilterRule.beginsWith('MEDIA#') } } } }),
    ],
    onFailure: new sources.SqsDlq(deadLetters),
  }),
);
new events.Rule(stack, 'Nightly', {
  schedule: events.Schedule.cron({ hour: '3', minute: '0' }),
  targets: [new targets.LambdaFunction(operations, { event: events.RuleTargetInput.fromObject({ do: 'count' }) })],
});

const http = new apis.HttpApi(stack, 'Http');
http.addRoutes({
  path: '/hello/{name}',
  methods: [apis.HttpMethod.GET],
  integration: new apiIntegrations.HttpLambdaIntegration('Hello', operations),
});
const socket = new apis.WebSocketApi(stack, 'Socket', {
  defaultRouteOptions: { integration: new apiIntegrations.WebSocketLambdaIntegration('Messages', operations) },
});
const stage = new apis.WebSocketStage(stack, 'SocketStage', {
  webSocketApi: socket,
  stageName: 'ws',
  autoDeploy: true,
});
stage.grantManagementApiAccess(operations);
operations.addEnvironment('SOCKET_MANAGEMENT', stage.callbackUrl);

const outputs: Readonly<Record<string, string>> = {
  HttpApiUrl: http.apiEndpoint,
  WebSocketUrl: stage.url,
  TableName: table.tableName,
  SeenTableName: seen.tableName,
  BucketName: bucket.bucketName,
  QueueUrl: queue.queueUrl,
  DeadLettersUrl: deadLetters.queueUrl,
  SecretArn: secret.secretArn,
  OperationsName: operations.functionName,
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
app.synth();
