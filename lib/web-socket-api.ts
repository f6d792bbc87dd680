import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Aws, Fn, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, type Grant } from './grant.ts';
import type { InvocationRole } from './invocation-role.ts';
import type { OperationFunction } from './operation-function.ts';
import { THROTTLE } from './throttle.ts';
import { wildcard } from './wildcard.ts';

/** The stage, which is the path of the WebSocket address. */
const STAGE = 'ws';

/** The functions behind the three routes that every WebSocket API has. */
export interface WebSocketRoutes {
  readonly $connect: OperationFunction;
  readonly $disconnect: OperationFunction;
  readonly $default: OperationFunction;
}

/** The WebSocket API and its management endpoint, over which functions send. */
export class WebSocketApi extends Construct {
  readonly api: CfnApi;
  readonly url: string;
  private readonly managementUrl: string;
  private readonly invocation: InvocationRole;

  constructor(scope: Construct, id: string, { invocation }: { readonly invocation: InvocationRole }) {
    super(scope, id);
    this.invocation = invocation;
    this.api = new CfnApi(this, 'Api', {
      name: `${Aws.STACK_NAME}-ws`,
      protocolType: 'WEBSOCKET',
      routeSelectionExpression: '$request.body.action',
    });
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.api.ref,
      stageName: STAGE,
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
    });
    Validations.of(stage).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason:
        "A WebSocket stage logs only through a role set for the whole account, which is not this stack's to change; its functions log each call",
    });
    const host = `${this.api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE}`;
    this.url = `wss://${host}`;
    this.managementUrl = `https://${host}`;
  }

  /** Lets a function send to connections and close them. */
  connections(): Grant<'MANAGEMENT_URL'> {
    const connections = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.ref,
      resourceName: `${STAGE}/*/@connections/*`,
    });
    return {
      environment: { MANAGEMENT_URL: this.managementUrl },
      statements: [allow(['execute-api:ManageConnections'], connections)],
      acknowledged: [wildcard(this, connections, 'Sends to and closes connections, whose ids are made at run time')],
    };
  }

  /** Routes connections and messages to functions. */
  serve(routes: WebSocketRoutes): void {
    const scope = new Construct(this, 'Routes');
    Validations.of(scope).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: '$connect authenticates in its function; the other routes belong to a connection that it admitted',
    });
    for (const routeKey of ['$connect', '$disconnect', '$default'] as const) {
      new CfnRoute(scope, routeKey, { apiId: this.api.ref, routeKey, target: this.integrate(routes[routeKey]) });
    }
  }

  /** Answers the target for the routes of a function. OpenAPI documents only describe HTTP APIs. */
  private integrate(operation: OperationFunction): string {
    const integration = new CfnIntegration(operation, 'Integration', {
      apiId: this.api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions/${operation.lambda.functionArn}/invocations`,
      credentialsArn: this.invocation.calling(operation),
    });
    return Fn.join('/', ['integrations', integration.ref]);
  }
}
