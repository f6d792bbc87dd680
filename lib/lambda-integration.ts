import { type CfnApi, CfnIntegration } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Aws, Fn, Stack } from 'aws-cdk-lib/core';
import type { OperationFunction } from './operation-function.ts';

/** Lets an API call a function on all of its routes: one permission, stored beside the function. */
export const letCall = (api: CfnApi, operation: OperationFunction): void => {
  new CfnPermission(operation, 'Invoke', {
    action: 'lambda:InvokeFunction',
    functionName: operation.lambda.functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: Stack.of(operation).formatArn({ service: 'execute-api', resource: api.ref, resourceName: '*' }),
  });
};

/** Lets a WebSocket API call a function, and answers the target for its routes. OpenAPI documents only describe HTTP APIs. */
export const integrate = (api: CfnApi, operation: OperationFunction): string => {
  letCall(api, operation);
  const integration = new CfnIntegration(operation, 'Integration', {
    apiId: api.ref,
    integrationType: 'AWS_PROXY',
    integrationUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${operation.lambda.functionArn}/invocations`,
  });
  return Fn.join('/', ['integrations', integration.ref]);
};
