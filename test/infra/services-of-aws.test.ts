import { expect, it } from '@jest/globals';
import { ofType, type Resource, type Synthesized, synthesize } from './synthesized.ts';

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

it('services of AWS send and call on behalf of this account, or of one resource of it', async () => {
  const stack = await synthesize({
    settings: { malwareScanner: 'guardduty', alarmEmail: 'operator@example.com' },
  });
  const statements = POLICIES.flatMap((type) => ofType(stack, type)).flatMap(lettingIn);
  expect(statements.length).toBeGreaterThanOrEqual(4);
  expect(statements.filter(({ Condition }) => !NAMES_ITS_SOURCE.test(JSON.stringify(Condition ?? {})))).toEqual([]);
  const permissions = invoked(stack);
  expect(permissions.length).toBeGreaterThanOrEqual(3);
  expect(permissions.filter(({ Properties: { SourceArn, SourceAccount } }) => !SourceArn && !SourceAccount)).toEqual(
    [],
  );
});
