import type { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import {
  CfnDelivery,
  CfnDeliveryDestination,
  CfnDeliverySource,
  LogGroup,
  type RetentionDays,
} from 'aws-cdk-lib/aws-logs';
import { Aws, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** What is logged of a request: no path, no query and no header, because tokens, signatures and keys are in them. */
const FIELDS = [
  ...['date', 'time', 'x-edge-location', 'sc-bytes', 'c-ip', 'cs-method', 'sc-status', 'x-edge-result-type'],
  ...['x-edge-request-id', 'cs-protocol', 'cs-bytes', 'time-taken', 'sc-content-type', 'time-to-first-byte'],
];

/** CloudWatch takes the logs of CloudFront in this region alone. */
const LOGS_REGION = 'us-east-1';

/** Logs the requests of a distribution. Throws for a stack in a region that cannot. */
export const logRequests = (scope: Construct, distribution: CfnDistribution, retention: RetentionDays): void => {
  const { region } = Stack.of(scope);
  if (!Token.isUnresolved(region) && region !== LOGS_REGION) {
    throw new Error(
      `edge.logs: the stack goes to ${region}, and the edge can log only to ${LOGS_REGION}; leave it out`,
    );
  }
  const group = new LogGroup(scope, 'Requests', { retention, removalPolicy: RemovalPolicy.DESTROY });
  const name = `${Aws.STACK_NAME}-edge`;
  const source = new CfnDeliverySource(scope, 'LogSource', {
    name,
    logType: 'ACCESS_LOGS',
    resourceArn: Stack.of(scope).formatArn({
      service: 'cloudfront',
      region: '',
      resource: 'distribution',
      resourceName: distribution.ref,
    }),
  });
  const destination = new CfnDeliveryDestination(scope, 'LogDestination', {
    name,
    destinationResourceArn: group.logGroupArn,
    outputFormat: 'json',
  });
  const delivery = new CfnDelivery(scope, 'LogDelivery', {
    deliverySourceName: source.ref,
    deliveryDestinationArn: destination.attrArn,
    recordFields: FIELDS,
  });
  delivery.addResourceDependency(source);
};
