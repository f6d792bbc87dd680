import { type Acknowledgment, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** An ARN after resolving: text, or the intrinsic functions that ARNs are made of. */
const flatten = (node: unknown): string => {
  if (typeof node === 'string') return node;
  const [[name, value] = []] = Object.entries(node as Readonly<Record<string, unknown>>);
  if (name === 'Ref') return `<${String(value)}>`;
  if (name === 'Fn::GetAtt') return `<${(value as readonly string[]).join('.')}>`;
  if (name === 'Fn::Join') {
    const [delimiter, parts] = value as readonly [string, readonly unknown[]];
    return parts.map(flatten).join(delimiter);
  }
  throw new Error(`An ARN is not made of ${name}`);
};

/** Says why a permission ends in a wildcard; the check for wildcards reports every other one. */
export const wildcard = (scope: Construct, resource: string, reason: string): Acknowledgment => ({
  id: `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(resource))}]`,
  reason,
});
