import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** What alarms look at. */
export const PERIOD = Duration.minutes(5);

/** Adds metrics up. One that says nothing counts as nothing; without that, the sum would say nothing either. */
export const sumOf = (label: string, metrics: readonly IMetric[]): IMetric => {
  const named = Object.fromEntries(metrics.map((metric, at) => [`${label}${at}`, metric]));
  return new MathExpression({
    expression: Object.keys(named)
      .map((name) => `FILL(${name}, 0)`)
      .join(' + '),
    usingMetrics: named,
    period: PERIOD,
    label,
  });
};

/** What is left of a metric without another, either of which may say nothing. */
export const lessOf = (label: string, all: IMetric, meant: IMetric): IMetric =>
  new MathExpression({
    expression: 'FILL(counted, 0) - FILL(meant, 0)',
    usingMetrics: { counted: all, meant },
    period: PERIOD,
    label,
  });
