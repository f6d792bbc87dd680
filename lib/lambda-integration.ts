import { type CfnApi, CfnIntegration } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Aws, Fn, Stack } from 'aws-cdk-lib/core';
import type { OperationFunction } from './operation-function.ts';

/**
 * Lets an API call a function: one permission and one integration for all of the function's routes, kept beside the
 * function. Per route, as CDK's own integrations do it, they would fill the stack's 500 resources with a hundred routes.
 * Answers the route target.
 */
export const integrate = (api: CfnApi, operation: OperationFunction): string => {
  const { lambda } = operation;
  new CfnPermission(operation, 'Invoke', {
    action: 'lambda:InvokeFunction',
    functionName: lambda.functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: Stack.of(operation).formatArn({ service: 'execute-api', resource: api.ref, resourceName: '*' }),
  });
  const http = api.protocolType === 'HTTP';
  const invocation = `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${lambda.functionArn}/invocations`;
  const integration = new CfnIntegration(operation, 'Integration', {
    apiId: api.ref,
    integrationType: 'AWS_PROXY',
    integrationUri: http ? lambda.functionArn : invocation,
    ...(http && { payloadFormatVersion: '2.0' }),
  });
  return Fn.join('/', ['integrations', integration.ref]);
};
