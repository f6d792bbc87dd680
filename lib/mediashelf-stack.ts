import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { Mediashelf, type MediashelfProps } from './mediashelf.ts';

/** Mediashelf as a stack of its own, with outputs for clients and operators. */
export class MediashelfStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { settings, routes, bundles, sharpFolder, ocrFolder, ...props }: MediashelfProps & StackProps,
  ) {
    super(scope, id, { description: 'Mediashelf, a serverless media library', ...props });
    // CDK leaves `Default` out of logical ids: resources are named as if they stood in the stack itself.
    const { outputs } = new Mediashelf(this, 'Default', { settings, routes, bundles, sharpFolder, ocrFolder });
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
