import type { IConstruct } from 'constructs';

const ROOT = Symbol.for('mediashelf.root');

/** Choices between CDK's older and newer behaviour that the constructs of a library rely on, in any app. */
export const LIBRARY_FEATURES = { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true };

/** Marks the construct that holds a whole library. It needs to have no children yet. */
export const beRoot = (construct: IConstruct): void => {
  Object.defineProperty(construct, ROOT, { value: true });
  for (const [feature, choice] of Object.entries(LIBRARY_FEATURES)) construct.node.setContext(feature, choice);
};

/** The constructs from the library down to a scope: the library itself, the capability, and so on. */
export const scopesOfLibrary = ({ node }: IConstruct): readonly IConstruct[] =>
  node.scopes.slice(node.scopes.findIndex((scope) => ROOT in scope));
