import { beforeAll, expect, it } from '@jest/globals';
import { flat, ofType, type Resource, type Synthesized, synthesize } from './synthesized.ts';

const NAMES_ITS_SOURCE = /aws:Source(Account|Arn)/;
const POLICIES = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy'];

interface Statement {
  readonly Effect: string;
  readonly Principal?: { readonly Service?: unknown };
  readonly Condition?: unknown;
}

const lettingIn = ({ Properties }: Resource): readonly Statement[] =>
  (Properties.PolicyDocument.Statement as readonly Statement[]).filter(
    ({ Effect, Principal }) => Effect === 'Allow' && Principal?.Service !== undefined,
  );

const invoked = (stack: Synthesized) =>
  ofType(stack, 'AWS::Lambda::Permission').filter(({ Properties }) => String(Properties.Principal).includes('.'));

const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/00000000-aaaa';

let stack: Synthesized;
beforeAll(async () => {
  stack = await synthesize({
    settings: {
      malwareScanner: 'guardduty',
      alarmEmail: 'operator@example.com',
      uploadGateway: { name: 'uploads.example.com', certificateArn },
      edge: {},
    },
  });
});

it('services of AWS send and call on behalf of this account, or of one resource of it', () => {
  const statements = POLICIES.flatMap((type) => ofType(stack, type)).flatMap(lettingIn);
  expect(statements.length).toBeGreaterThanOrEqual(5);
  expect(statements.filter(({ Condition }) => !NAMES_ITS_SOURCE.test(JSON.stringify(Condition ?? {})))).toEqual([]);
  const permissions = invoked(stack);
  expect(permissions.length).toBeGreaterThanOrEqual(3);
  expect(permissions.filter(({ Properties: { SourceArn, SourceAccount } }) => !SourceArn && !SourceAccount)).toEqual(
    [],
  );
});

/**
 * Services that say nothing of their source when they assume a role, or of which AWS does not document it: with a condition they
 * could not. No other account can have them do it, since `iam:PassRole` ends at the account.
 */
const WITHOUT_SOURCE = [
  'lambda.amazonaws.com',
  'apigateway.amazonaws.com',
  'malware-protection-plan.guardduty.amazonaws.com',
  // The role by which ECS fetches the image and writes the log, as CDK makes it.
  'ecs-tasks.amazonaws.com',
];

const OF_THIS_ACCOUNT = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } };

it('roles are assumed by one service each, those of tasks and flow logs for resources of this account alone', () => {
  const trusts = ofType(stack, 'AWS::IAM::Role').map(({ id, Properties }) => {
    const [statement, ...more] = Properties.AssumeRolePolicyDocument.Statement;
    expect(more).toEqual([]);
    expect([statement.Action, Object.keys(statement.Principal)]).toEqual(['sts:AssumeRole', ['Service']]);
    return { id, service: statement.Principal.Service as string, condition: statement.Condition };
  });
  expect(new Set(trusts.map(({ service }) => service))).toEqual(
    new Set([...WITHOUT_SOURCE, 'vpc-flow-logs.amazonaws.com']),
  );
  const { TaskRoleArn } = ofType(stack, 'AWS::ECS::TaskDefinition')[0]?.Properties ?? {};
  const { DeliverLogsPermissionArn } = ofType(stack, 'AWS::EC2::FlowLog')[0]?.Properties ?? {};
  const bound = trusts.flatMap(({ id, condition }) =>
    condition === undefined ? [] : [[id, flat(condition.ArnLike['aws:SourceArn']), condition.StringEquals]],
  );
  const here = '<AWS::Region>:<AWS::AccountId>';
  expect(bound).toHaveLength(2);
  expect(bound).toEqual(
    expect.arrayContaining([
      [TaskRoleArn['Fn::GetAtt'][0], `arn:<AWS::Partition>:ecs:${here}:*`, OF_THIS_ACCOUNT],
      [DeliverLogsPermissionArn['Fn::GetAtt'][0], `arn:<AWS::Partition>:ec2:${here}:vpc-flow-log/*`, OF_THIS_ACCOUNT],
    ]),
  );
});
