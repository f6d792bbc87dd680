import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { scopesOfLibrary } from './library-root.ts';

/** A log group below a construct. It is removed with the stack: operators of a running stack read it. */
export const ownLogs = (scope: Construct, retention: RetentionDays): LogGroup =>
  new LogGroup(scope, 'Logs', { retention, removalPolicy: RemovalPolicy.DESTROY });

/**
 * The log group that the functions of one capability share, created by the first. Lambda begins the name of each stream in it
 * with the day and the function, so the lines of one function can be found.
 */
export const capabilityLogs = (scope: Construct, retention: RetentionDays): LogGroup => {
  const [, capability] = scopesOfLibrary(scope);
  if (capability === undefined) throw new Error(`${scope.node.path} is part of no capability`);
  const made = capability.node.tryFindChild('Logs') as LogGroup | undefined;
  return made ?? ownLogs(capability, retention);
};
