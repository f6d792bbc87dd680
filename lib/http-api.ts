import { CfnApi, CfnApiMapping, CfnDomainName, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Aws, CfnOutput, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CROSS_ORIGIN } from '../functions/http/cross-origin.ts';
import { apiBody } from './api-body.ts';
import type { InvocationRole } from './invocation-role.ts';
import type { OperationFunction } from './operation-function.ts';
import type { MediashelfSettings } from './settings/schema.ts';
import { THROTTLE } from './throttle.ts';

/** One route of the route table, as far as the gateway is concerned. */
export interface Route {
  readonly method: string;
  /** In API Gateway's form: `/api/v1/media/{id}`. */
  readonly path: string;
  /** Name of the function that serves it. */
  readonly operation: string;
}

/** The access log's fields of a request: no path, no query and no header, because tokens, signatures and keys are in them. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  milliseconds: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

interface HttpApiProps {
  readonly settings: MediashelfSettings;
  readonly invocation: InvocationRole;
}

/** The HTTP API: one address for all dialects, every route served by the function of its operation. */
export class HttpApi extends Construct {
  readonly api: CfnApi;
  /** The address of the API, without a slash at the end. */
  readonly url: string;
  private readonly origins: readonly string[];
  private readonly invocation: InvocationRole;

  constructor(scope: Construct, id: string, { settings, invocation }: HttpApiProps) {
    super(scope, id);
    this.invocation = invocation;
    const { allowedOrigins, domain } = settings;
    this.origins = allowedOrigins;
    // Everything else is in the document that `serve` writes: API Gateway accepts either that or properties and resources.
    // What API Gateway would only warn of and leave out, an authorizer or a route among it, fails the deployment.
    this.api = new CfnApi(this, 'Api', { failOnWarnings: true });
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: THROTTLE,
      accessLogSettings: { destinationArn: logGroup.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
    });
    this.url = domain
      ? `https://${domain.name}`
      : `https://${this.api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    if (domain) this.answerAt(domain, stage);
  }

  /** Routes requests to functions, which authenticate them. Throws when a route names no function, or a function has no route. */
  serve(routes: readonly Route[], functions: readonly OperationFunction[]): void {
    const named = new Map(functions.map((each) => [each.operation as string, each]));
    const unrouted = functions.filter(({ operation }) => !routes.some((route) => route.operation === operation));
    if (unrouted.length > 0) {
      throw new Error(`The route table has no route for ${unrouted.map(({ operation }) => operation).join(', ')}`);
    }
    const lost = routes.find(({ operation }) => !named.has(operation));
    if (lost)
      throw new Error(`${lost.method} ${lost.path} names the operation ${lost.operation}, which is no HTTP function`);
    this.api.body = apiBody({
      title: `${Aws.STACK_NAME}-http`,
      routes,
      integrations: new Map(
        [...named].map(([operation, each]) => [
          operation,
          { functionArn: each.arnByName, credentials: this.invocation.calling(each) },
        ]),
      ),
      cors: this.origins.length > 0 ? { ...CROSS_ORIGIN, origins: this.origins } : undefined,
    });
  }

  private answerAt(domain: NonNullable<MediashelfSettings['domain']>, stage: CfnStage): void {
    const domainName = new CfnDomainName(this, 'Domain', {
      domainName: domain.name,
      domainNameConfigurations: [
        { certificateArn: domain.certificateArn, endpointType: 'REGIONAL', securityPolicy: 'TLS_1_2' },
      ],
    });
    new CfnApiMapping(this, 'Mapping', { apiId: this.api.ref, domainName: domainName.ref, stage: stage.ref });
    new CfnOutput(this, 'DomainTarget', {
      description: `Point a CNAME or alias record of ${domain.name} here`,
      value: domainName.attrRegionalDomainName,
    });
  }
}
