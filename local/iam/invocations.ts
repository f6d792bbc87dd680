import { AwsError, LOCAL_ACCOUNT, LOCAL_REGION } from '../ports.ts';
import type { ApiSpec } from '../template/apis.ts';
import { list, optionalText, record, text, texts } from '../template/json.ts';
import type { Resource, Stack } from '../template/stack.ts';
import type { StackAccess } from './access.ts';
import { globMatcher } from './glob.ts';

/** Whether an API may call a function for one of its routes. */
export type MayInvoke = (functionName: string, routeKey: string) => boolean;

const API_GATEWAY = 'apigateway.amazonaws.com';

/**
 * Judges the calls of an API as AWS does: an integration with credentials calls as that role, and only the role's policies count;
 * one without needs a permission of the function. Throws when an integration names a role that API Gateway cannot assume.
 */
export const readInvocations = (stack: Stack, api: ApiSpec, access: StackAccess): MayInvoke => {
  const permitted = readPermissions(stack, api);
  const roles = new Map(stack.ofType('AWS::IAM::Role').map((role) => [role.attribute('Arn'), role]));
  const callers = new Map(
    api.routes.flatMap(({ routeKey, credentials }) =>
      credentials === undefined ? [] : [[routeKey, assumed(roles.get(credentials), credentials, routeKey)] as const],
    ),
  );
  return (functionName, routeKey) => {
    const role = callers.get(routeKey);
    if (role === undefined) return permitted(functionName, routeKey);
    const functionArn = `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${functionName}`;
    try {
      access.authorize(access.principalOf(role, 'BackplaneAssumeRoleSession'), 'lambda:InvokeFunction', functionArn);
      return true;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  };
};

/** The logical id of a role that API Gateway can assume. */
const assumed = (role: Resource | undefined, arn: string, routeKey: string): string => {
  if (role === undefined) throw new Error(`${routeKey} has the credentials ${arn}, which is no role of the stack.`);
  const statements = list(record(role.properties.AssumeRolePolicyDocument, role.logicalId).Statement);
  const trusting = statements.some((item) => {
    const { Effect, Action, Principal, Condition } = record(item, role.logicalId);
    const trusted = texts(record(Principal, role.logicalId).Service, role.logicalId);
    // The values of a condition's keys are API Gateway's, which this runtime does not know.
    return (
      Effect === 'Allow' && Action === 'sts:AssumeRole' && trusted.includes(API_GATEWAY) && Condition === undefined
    );
  });
  if (!trusting) throw new Error(`${routeKey} has the credentials ${arn}, a role that API Gateway cannot assume.`);
  return role.logicalId;
};

const readPermissions = (stack: Stack, api: ApiSpec): MayInvoke => {
  const granted = stack
    .ofType('AWS::Lambda::Permission')
    .filter(({ properties }) => properties.Principal === API_GATEWAY)
    .map(({ logicalId, properties }) => ({
      functionName: text(properties.FunctionName, `${logicalId}.FunctionName`).replace(/^arn:.*:function:/, ''),
      source: globMatcher(optionalText(properties.SourceArn, `${logicalId}.SourceArn`) ?? '*'),
    }));
  return (functionName, routeKey) => {
    const [method = '', path = ''] = routeKey.split(' ');
    const source = `arn:aws:execute-api:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${api.apiId}/${api.stage}/${method}${path}`;
    return granted.some((grant) => grant.functionName === functionName && grant.source(source));
  };
};
