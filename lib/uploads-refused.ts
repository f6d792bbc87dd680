import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnMetricFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Aws } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { ErrorCode } from '../functions/domain/errors.ts';
import { PERIOD } from './metrics.ts';

const CODE: ErrorCode = 'UPLOADS_OFF';
const metricName = 'RefusedUploads';

/** Counts the answers 503 that are meant, in the lines of requests of these log groups. */
export const uploadsRefused = (scope: Construct, groups: readonly ILogGroup[]): IMetric => {
  const metricNamespace = `Mediashelf/${Aws.STACK_NAME}`;
  for (const [at, { logGroupName }] of groups.entries()) {
    new CfnMetricFilter(scope, `RefusedUploads${at}`, {
      logGroupName,
      filterPattern: `{ $.message.code = "${CODE}" }`,
      metricTransformations: [{ metricNamespace, metricName, metricValue: '1' }],
    });
  }
  return new Metric({ namespace: metricNamespace, metricName, period: PERIOD, statistic: Stats.SUM });
};
