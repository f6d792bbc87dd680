import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { listObjects } from '../../../bin/verify/read-library.ts';
import type { Ready } from './runtime.ts';

/** The commands of an operator beside the HTTP API. */
export const operator = (ready: Ready) => {
  const credentials = { accessKeyId: ready.accessKeyId, secretAccessKey: ready.secretAccessKey };
  const common = { region: ready.region, credentials };
  const lambda = new LambdaClient({ ...common, endpoint: ready.aws });
  const sqs = new SQSClient({ ...common, endpoint: ready.aws });
  const s3 = new S3Client({ ...common, endpoint: ready.s3, forcePathStyle: true });
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({ ...common, endpoint: ready.dynamodb }));

  /** Every item of the table. */
  const items = async (): Promise<Record<string, unknown>[]> => {
    const found: Record<string, unknown>[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await dynamo.send(new ScanCommand({ TableName: ready.table, ExclusiveStartKey: start }));
      found.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start);
    return found;
  };

  const objects = (prefix = '') => listObjects(s3, ready.bucket, prefix);

  return {
    s3,
    dynamo,
    items,
    /** The content of the library, without later effects (events, attempts at webhooks, search terms) and counts of calls. */
    library: async () =>
      (await items())
        .filter(
          ({ pk, sk }) =>
            sk !== 'TERMS' && !/^(CHANNEL|SEEN|TERM|RANK|RATE|ATTEMPTS|LEASE|CLAIMS|WEBHOOK)#/.test(String(pk)),
        )
        .map(({ lastUsedAt: _, ...item }) => item),
    invoke: async (functionName: string, payload: unknown = {}): Promise<unknown> => {
      const answer = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) }),
      );
      const result: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null');
      if (answer.FunctionError) throw new Error(JSON.stringify(result));
      return result;
    },
    send: (queueUrl: string, body: unknown) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) })),
    objects,
    keys: async (prefix = ''): Promise<string[]> => (await objects(prefix)).map(({ key }) => key),
    /** The key that signs addresses at the edge, and the secret by which the API knows the edge. */
    edgeKey: async () => {
      const { EdgeSecretArn: SecretId, EdgeKeyId: publicKeyId } = ready.outputs as Readonly<Record<string, string>>;
      const secrets = new SecretsManagerClient({ ...common, endpoint: ready.aws });
      const { SecretString = '{}' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      const { privateKey, origin } = JSON.parse(SecretString) as { privateKey: string; origin: string };
      return { publicKeyId: publicKeyId ?? '', privateKey, origin };
    },
    head: (key: string) => s3.send(new HeadObjectCommand({ Bucket: ready.bucket, Key: key })),
    bytes: async (key: string): Promise<Buffer> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: ready.bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    remove: (key: string) => s3.send(new DeleteObjectCommand({ Bucket: ready.bucket, Key: key })),
    putItem: (Item: Record<string, unknown>) => dynamo.send(new PutCommand({ TableName: ready.table, Item })),
    removeItem: (Key: { pk: string; sk: string }) => dynamo.send(new DeleteCommand({ TableName: ready.table, Key })),
  };
};

export type Operator = ReturnType<typeof operator>;
