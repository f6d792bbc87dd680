import { createHmac } from 'node:crypto';
import { type AccessControl, AwsError, type Credentials, LOCAL_ACCOUNT, type Principal } from '../ports.ts';
import { list, record, text, texts } from '../template/json.ts';
import type { Resource, Stack } from '../template/stack.ts';
import { evaluate, parsePolicy, type Statement } from './policy.ts';

/** The identities of a stack, the keys that they sign with, and what their policies allow. */
export interface StackAccess extends AccessControl {
  /** The key of a role, for the function that runs as it. `sessionName` is the function's name, as in AWS's ARNs. */
  credentialsOf(roleLogicalId: string, sessionName: string): Credentials;
  /** The principal of a role, for the runtime's own calls on its behalf. */
  principalOf(roleLogicalId: string, sessionName: string): Principal;
  readonly operator: Credentials;
  /** The key of a distribution, which may do what policies of buckets allow it. */
  distributionCredentials(arn: string): Credentials;
  /** Replaces roles and policies by those of a new version of the stack; keys stay. */
  update(stack: Stack): void;
}

/** The managed policies of AWS that the stack may name. */
const MANAGED: Readonly<Record<string, readonly string[]>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
};

const CLOUDFRONT = 'cloudfront.amazonaws.com';

const OPERATOR_ARN = `arn:aws:iam::${LOCAL_ACCOUNT}:user/operator`;

/**
 * Builds the access control of a stack.
 *
 * Keys are derived from `seed`, the data folder's own secret, so that a presigned URL outlives a restart.
 */
export const createAccess = (stack: Stack, seed: string): StackAccess => {
  const derive = (purpose: string): string => createHmac('sha256', seed).update(purpose).digest('base64url');
  const credentials = (identity: string): Credentials => ({
    accessKeyId: `AKIA${createHmac('sha256', seed).update(`id ${identity}`).digest('hex').slice(0, 16).toUpperCase()}`,
    secretAccessKey: derive(`secret ${identity}`).slice(0, 40),
  });
  const operator = credentials('operator');
  const known = new Map<string, { readonly secretAccessKey: string; readonly principal: Principal }>([
    [operator.accessKeyId, { secretAccessKey: operator.secretAccessKey, principal: { arn: OPERATOR_ARN } }],
  ]);
  let roles = readRoles(stack);
  let buckets = readBucketPolicies(stack);
  const principalOf = (roleLogicalId: string, sessionName: string): Principal => {
    const role = roles.get(roleLogicalId);
    if (role === undefined) throw new Error(`The stack has no role ${roleLogicalId}.`);
    return { arn: `arn:aws:sts::${LOCAL_ACCOUNT}:assumed-role/${role.name}/${sessionName}`, roleLogicalId };
  };
  return {
    operator,
    principalOf,
    credentialsOf: (roleLogicalId, sessionName) => {
      const own = credentials(`${roleLogicalId}/${sessionName}`);
      const principal = principalOf(roleLogicalId, sessionName);
      known.set(own.accessKeyId, { secretAccessKey: own.secretAccessKey, principal });
      return own;
    },
    distributionCredentials: (arn) => {
      const own = credentials(arn);
      known.set(own.accessKeyId, {
        secretAccessKey: own.secretAccessKey,
        principal: { arn: CLOUDFRONT, distributionArn: arn },
      });
      return own;
    },
    lookup: (accessKeyId) => known.get(accessKeyId),
    authorize: (principal, action, resource, context = {}) => {
      if (principal.distributionArn !== undefined) return authorizeService(buckets, principal, action, resource);
      if (principal.roleLogicalId === undefined) return;
      const statements = roles.get(principal.roleLogicalId)?.statements ?? [];
      // The loopback counts as TLS, for policies that require a secure transport.
      const decision = evaluate(statements, {
        action,
        resource,
        context: { 'aws:SecureTransport': 'true', 'aws:PrincipalArn': principal.arn, ...context },
      });
      if (decision.allowed) return;
      throw new AwsError(
        action.startsWith('s3:') ? 'AccessDenied' : 'AccessDeniedException',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${decision.reason}`,
        403,
      );
    },
    update: (next) => {
      roles = readRoles(next);
      buckets = readBucketPolicies(next);
    },
  };
};

/** What the policies of buckets say to CloudFront. */
const readBucketPolicies = (stack: Stack): readonly Statement[] =>
  stack.ofType('AWS::S3::BucketPolicy').flatMap(({ logicalId, properties }) => {
    const document = record(properties.PolicyDocument, `${logicalId}.PolicyDocument`);
    const toCloudFront = list(document.Statement).filter(
      (item) => record(record(item, logicalId).Principal as never, logicalId).Service === CLOUDFRONT,
    );
    return parsePolicy({ ...document, Statement: toCloudFront }, `${logicalId}.PolicyDocument`);
  });

const authorizeService = (
  statements: readonly Statement[],
  { arn, distributionArn = '' }: Principal,
  action: string,
  resource: string,
): void => {
  const context = { 'aws:SecureTransport': 'true', 'aws:SourceArn': distributionArn };
  if (evaluate(statements, { action, resource, context }).allowed) return;
  throw new AwsError('AccessDenied', `${arn} is not authorized to perform: ${action} on resource: ${resource}`, 403);
};

interface Role {
  readonly name: string;
  readonly statements: readonly Statement[];
}

const readRoles = (stack: Stack): ReadonlyMap<string, Role> => {
  const managed = new Map(stack.ofType('AWS::IAM::ManagedPolicy').map((policy) => [policy.ref, policy]));
  const attached = stack.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  return new Map(
    stack.ofType('AWS::IAM::Role').map((role) => [
      role.logicalId,
      {
        name: role.name,
        statements: [
          ...inlineStatements(role),
          ...attached.filter((policy) => list(policy.properties.Roles).includes(role.ref)).flatMap(policyStatements),
          ...texts(role.properties.ManagedPolicyArns, `${role.logicalId}.ManagedPolicyArns`).flatMap((arn) =>
            managedStatements(role, arn, managed),
          ),
        ],
      },
    ]),
  );
};

const inlineStatements = ({ logicalId, properties }: Resource): readonly Statement[] =>
  list(properties.Policies).flatMap((item) => {
    const policy = record(item, `${logicalId}.Policies`);
    const name = text(policy.PolicyName, `${logicalId}.PolicyName`);
    return parsePolicy(policy.PolicyDocument, `${logicalId}.Policies.${name}`);
  });

const policyStatements = ({ logicalId, properties }: Resource): readonly Statement[] =>
  parsePolicy(properties.PolicyDocument, `${logicalId}.PolicyDocument`);

const managedStatements = (role: Resource, arn: string, own: ReadonlyMap<string, Resource>): readonly Statement[] => {
  const policy = own.get(arn);
  if (policy) return policyStatements(policy);
  const actions = MANAGED[arn];
  if (actions === undefined)
    throw new Error(`${role.logicalId} has the managed policy ${arn}, which is not known here.`);
  return parsePolicy({ Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }, arn);
};
