import { beforeAll, describe, expect, it } from '@jest/globals';
import { operationNames } from '../../lib/operations.ts';
import { ofType, permissionsOf, roleOf, type Synthesized, synthesize, theInvocationRole } from './synthesized.ts';

const TABLE = '<LibraryTable.Arn>';
const BUCKET = '<MediaBucketMedia.Arn>';
const QUEUE = '<ProcessingQueue.Arn>';
const SECRET = 'secretsmanager:GetSecretValue <AuthSecret>';
const CONNECTIONS = 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<RealtimeApi>/ws/*/@connections/*';

const items = (...actions: string[]) => actions.map((action) => `dynamodb:${action} ${TABLE}`);
const queries = (...indexes: string[]) => indexes.map((index) => `dynamodb:Query ${TABLE}/index/${index}`);
const objects = (prefix: string, ...actions: string[]) => actions.map((action) => `s3:${action} ${BUCKET}/${prefix}/*`);
const queue = (...actions: string[]) => actions.map((action) => `sqs:${action} ${QUEUE}`);
const files = (...actions: string[]) => actions.map((action) => `sqs:${action} <ProcessingFiles.Arn>`);
const indexQueue = (...actions: string[]) => actions.map((action) => `sqs:${action} <SearchQueue.Arn>`);
const bulkQueue = (...actions: string[]) => actions.map((action) => `sqs:${action} <BulkQueue.Arn>`);
const textQueue = (...actions: string[]) => actions.map((action) => `sqs:${action} <TextQueue.Arn>`);
const LISTS = queries('byCreated', 'byFilename', 'bySize', 'byKindCreated', 'byKindFilename', 'byKindSize');
const CHANGES = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator'].map(
    (action) => `dynamodb:${action} <LibraryTable.StreamArn>`,
  ),
  `dynamodb:ListStreams ${TABLE}/stream/*`,
];
const connections = `execute-api:ManageConnections ${CONNECTIONS}`;

/** What every function of the HTTP API may do to find out who asks and to count their calls, and what it does beyond. */
const asking = (...actions: string[]) => [
  SECRET,
  ...items(...new Set(['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', ...actions])),
];

const SENDING = [...items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'), connections];
const DRAW = 'lambda:InvokeFunction <MediadrawpictureFunction.Arn>';
const EXAMINE = 'lambda:InvokeFunction <ExaminationexaminefileFunction.Arn>';
const FAN_OUT = 'lambda:InvokeFunction <RealtimefanoutFunction.Arn>';

/** What each function may do, to the letter; writing to its own log comes on top. */
const ALLOWED: Readonly<Record<(typeof operationNames)[number], readonly string[]>> = {
  'list-media': [...asking('BatchGetItem', 'PutItem'), ...LISTS, ...objects('renditions', 'GetObject')],
  'get-media': [...asking('BatchGetItem')],
  'create-media': [...asking('PutItem', 'ConditionCheckItem')],
  'update-media': [...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem')],
  'delete-media': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'DeleteObject'),
    ...objects('renditions', 'DeleteObject'),
  ],
  'get-content': [
    ...asking('PutItem', 'DeleteItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
    ...objects('renditions', 'GetObject', 'DeleteObject'),
    DRAW,
  ],
  'draw-picture': [...objects('originals', 'GetObject'), ...objects('renditions', 'PutObject')],
  'remove-file': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'DeleteObject'),
    ...objects('renditions', 'DeleteObject'),
  ],
  'analyze-media': [
    ...asking('PutItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
    EXAMINE,
  ],
  'reread-metadata': [
    ...items('GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    `dynamodb:Scan ${TABLE}/index/byKindCreated`,
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
    EXAMINE,
  ],
  'bulk-media': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    ...LISTS,
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject', 'DeleteObject'),
    ...objects('renditions', 'DeleteObject'),
    ...bulkQueue('SendMessage'),
  ],
  'run-bulk': [
    ...items('GetItem', 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
    ...LISTS,
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
    ...bulkQueue('SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
  ],
  'check-duplicates': [...asking(), ...queries('byNameSize')],
  'extract-text': [
    ...asking('PutItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
    ...objects('renditions', 'GetObject', 'PutObject'),
    ...textQueue('SendMessage'),
    EXAMINE,
  ],
  'read-text': [
    ...items('GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem'),
    ...objects('originals', 'GetObject'),
    ...objects('renditions', 'GetObject', 'PutObject', 'DeleteObject'),
    `s3:ListBucket ${BUCKET}`,
    ...textQueue('ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
  ],
  'manage-tags': [...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem')],
  'tag-media': [...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem')],
  'index-media': [
    ...items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
    ...queries('byCreated', 'byFilename', 'bySize'),
    ...indexQueue('ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
  ],
  'queue-changes': [...indexQueue('SendMessage'), ...CHANGES, 'sqs:SendMessage <SearchUnindexed.Arn>'],
  'rebuild-index': [
    ...items(
      ...['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query', 'Scan'],
    ),
    ...queries('byCreated', 'byFilename', 'bySize'),
  ],
  'list-trash': [...asking('BatchGetItem'), ...queries('byCreated', 'byFilename', 'bySize')],
  'restore-media': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject'),
  ],
  'purge-media': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'DeleteObject'),
    ...objects('renditions', 'DeleteObject'),
  ],
  'get-usage': [...asking()],
  openapi: [...asking()],
  web: [...asking()],
  recount: items('Scan', 'UpdateItem', 'ConditionCheckItem'),
  migrate: items('GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'Scan'),
  'create-upload': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    ...queries('byChecksum', 'byCreated'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject', 'PutObject'),
    ...textQueue('SendMessage'),
  ],
  'get-upload': [...asking(), ...queries('byCreated'), ...objects('originals', 'ListMultipartUploadParts')],
  'manage-parts': [
    ...asking(),
    `s3:ListBucket ${BUCKET}`,
    ...objects(
      'originals',
      ...['GetObject', 'PutObject', 'DeleteObject', 'ListMultipartUploadParts', 'AbortMultipartUpload'],
    ),
  ],
  'manage-uppy': [
    ...asking('BatchGetItem', 'PutItem', 'ConditionCheckItem'),
    ...queries('byCreated'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('inbox', 'PutObject', 'DeleteObject'),
    ...objects(
      'originals',
      ...['GetObject', 'PutObject', 'DeleteObject', 'ListMultipartUploadParts', 'AbortMultipartUpload'],
    ),
  ],
  'sign-upload': [...asking(), ...objects('originals', 'PutObject')],
  'delete-upload': [
    ...asking(),
    ...objects('inbox', 'DeleteObject'),
    ...objects('originals', 'DeleteObject', 'AbortMultipartUpload'),
  ],
  'upload-media': [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
    `s3:ListBucket ${BUCKET}`,
    ...objects('originals', 'GetObject', 'PutObject', 'DeleteObject'),
    ...objects('renditions', 'PutObject', 'DeleteObject'),
    EXAMINE,
  ],
  login: [...asking('PutItem')],
  logout: [...asking('DeleteItem')],
  'get-me': [...asking()],
  refresh: asking('PutItem', 'DeleteItem'),
  'create-guest': asking('PutItem'),
  'change-password': asking('PutItem', 'DeleteItem', 'ConditionCheckItem'),
  'manage-api-keys': [...asking('PutItem', 'DeleteItem', 'ConditionCheckItem'), ...queries('byCreated')],
  'manage-teams': asking('PutItem', 'ConditionCheckItem'),
  'manage-members': asking('DeleteItem'),
  'manage-invitations': asking('PutItem', 'DeleteItem', 'ConditionCheckItem'),
  'rotate-secret': ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
    (action) => `secretsmanager:${action} <AuthSecret>`,
  ),
  'create-owner': items('GetItem', 'Query', 'PutItem', 'ConditionCheckItem'),
  'manage-people': items('GetItem', 'Query', 'UpdateItem', 'DeleteItem'),
  'manage-collections': [...asking('BatchGetItem', 'PutItem', 'DeleteItem'), ...objects('renditions', 'GetObject')],
  'manage-share-links': asking('BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'),
  'open-share-link': [
    ...asking('BatchGetItem', 'PutItem'),
    ...objects('originals', 'GetObject'),
    ...objects('renditions', 'GetObject'),
  ],
  'create-ticket': [...asking('PutItem')],
  connect: [
    ...asking('BatchGetItem', 'PutItem', 'DeleteItem'),
    connections,
    'sqs:SendMessage <RealtimePlannedEndsQueue.Arn>',
  ],
  'end-expired': [
    ...SENDING,
    ...['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].map(
      (action) => `sqs:${action} <RealtimePlannedEndsQueue.Arn>`,
    ),
  ],
  'read-events': asking(),
  'fan-out': SENDING,
  disconnect: SENDING,
  message: [...SENDING, ...items('ConditionCheckItem'), FAN_OUT],
  announce: [
    ...SENDING,
    FAN_OUT,
    ...CHANGES,
    'sqs:SendMessage <RealtimeUnannounced.Arn>',
    'sqs:SendMessage <RealtimePlannedEndsQueue.Arn>',
    'sqs:SendMessage <WebhooksQueue.Arn>',
  ],
  'manage-webhooks': [...asking('PutItem', 'DeleteItem', 'ConditionCheckItem'), 'sqs:SendMessage <WebhooksQueue.Arn>'],
  'send-webhook': [
    ...items('GetItem', 'PutItem', 'UpdateItem'),
    ...['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].flatMap((action) => [
      `sqs:${action} <WebhooksQueue.Arn>`,
      `sqs:${action} <WebhooksPatient.Arn>`,
    ]),
    'sqs:SendMessage <WebhooksPatient.Arn>',
  ],
  'queue-uploads': [
    ...items('GetItem', 'BatchGetItem'),
    ...queue('ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
    ...files('SendMessage'),
  ],
  'process-upload': [
    ...items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
    ...objects('inbox', 'GetObject', 'DeleteObject'),
    ...objects('originals', 'GetObject', 'PutObject', 'DeleteObject'),
    ...objects('renditions', 'PutObject', 'DeleteObject'),
    `s3:ListBucket ${BUCKET}`,
    ...textQueue('SendMessage'),
    ...files('ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'),
    EXAMINE,
  ],
  'examine-file': [...objects('originals', 'GetObject'), ...objects('forms', 'GetObject')],
  sweep: [
    ...items('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
    ...queries('byDue', 'byCreated'),
    ...objects('inbox', 'GetObject', 'DeleteObject'),
    ...objects('originals', 'GetObject', 'DeleteObject', 'AbortMultipartUpload'),
    ...objects('renditions', 'GetObject', 'DeleteObject'),
    `s3:GetObject ${BUCKET}/generation`,
    `s3:PutObject ${BUCKET}/generation`,
    `s3:ListBucket ${BUCKET}`,
    ...queue('SendMessage'),
  ],
};

const LOGGING = /^logs:(?:CreateLogStream|PutLogEvents) <\w+Logs\.Arn>$/;

describe('permissions', () => {
  let stack: Synthesized;
  beforeAll(async () => {
    stack = await synthesize();
  });

  it.each(operationNames)('lets %s do what it does, and nothing else', (operation) => {
    const permissions = permissionsOf(roleOf(stack, operation)).filter((permission) => !LOGGING.test(permission));
    expect(permissions).toEqual([...ALLOWED[operation]].sort());
  });

  it('lets no role do every action of a service, or touch every resource', () => {
    const all = ofType(stack, 'AWS::IAM::Role').flatMap(permissionsOf);
    expect(all.filter((permission) => /^\S*\*/.test(permission) || permission.endsWith(' *'))).toEqual([]);
  });

  it('ends a permission in a wildcard only below a key prefix, and for connections and streams', () => {
    const wild = ofType(stack, 'AWS::IAM::Role')
      .flatMap(permissionsOf)
      .filter((permission) => permission.includes('*'))
      .map((permission) => permission.split(' ')[1]);
    expect([...new Set(wild)].sort()).toEqual(
      [
        ...['forms', 'inbox', 'originals', 'renditions'].map((prefix) => `${BUCKET}/${prefix}/*`),
        `${TABLE}/stream/*`,
        CONNECTIONS,
      ].sort(),
    );
  });

  it('lets no function that others wait for call one itself, so that none wait for each other', () => {
    const calls = operationNames.flatMap((name) =>
      permissionsOf(roleOf(stack, name))
        .filter((permission) => permission.startsWith('lambda:'))
        .map((permission) => [name, permission] as const),
    );
    expect([...new Set(calls.map(([, permission]) => permission))].toSorted()).toEqual([EXAMINE, DRAW, FAN_OUT]);
    const called = ['examine-file', 'draw-picture', 'fan-out'];
    expect(calls.map(([name]) => name).filter((name) => called.includes(name))).toEqual([]);
  });

  it('gives every function a role of its own that only Lambda can take on', () => {
    const roles = ofType(stack, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(operationNames.length);
    const principals = roles.map(
      (id) => stack.resources[id]?.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service,
    );
    expect(new Set(principals)).toEqual(new Set(['lambda.amazonaws.com']));
  });

  it('has no other role but the one that API Gateway assumes', () => {
    const own = new Set(
      ofType(stack, 'AWS::Lambda::Function').map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]),
    );
    const others = ofType(stack, 'AWS::IAM::Role').filter(({ id }) => !own.has(id));
    expect(others).toEqual([theInvocationRole(stack)]);
  });

  it('keeps policies inside of their roles, and uses none that AWS maintains', () => {
    expect(ofType(stack, 'AWS::IAM::Policy')).toEqual([]);
    expect(ofType(stack, 'AWS::IAM::Role').filter(({ Properties }) => Properties.ManagedPolicyArns)).toEqual([]);
  });

  it('lets a function write to its log group alone', () => {
    for (const { id, Properties } of ofType(stack, 'AWS::Lambda::Function')) {
      const [roleId] = Properties.Role['Fn::GetAtt'];
      const statements = JSON.stringify(stack.resources[roleId]?.Properties.Policies);
      const written = [...statements.matchAll(/"Fn::GetAtt":\["(\w+Logs[0-9A-F]{8})","Arn"\]/g)].map(
        ([, group]) => group,
      );
      expect({ id, written }).toEqual({ id, written: [Properties.LoggingConfig.LogGroup.Ref] });
    }
  });
});
