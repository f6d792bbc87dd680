import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { MediashelfSettings } from './settings/schema.ts';

/**
 * What becomes of a resource that holds data when it leaves the stack. `retain` keeps it, except for one of a first deployment
 * that failed: that one is empty, and its name or its protection would stand in the way of the next attempt.
 */
export const removalOf = ({ removalPolicy }: Pick<MediashelfSettings, 'removalPolicy'>): RemovalPolicy =>
  removalPolicy === 'retain' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
