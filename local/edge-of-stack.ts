import { type CustomValues, withCustom } from './custom-resources.ts';
import { startEdge } from './edge/edge.ts';
import type { StackAccess } from './iam/access.ts';
import type { ListeningService } from './ports.ts';
import { type Addresses, localAddresses } from './template/apis.ts';
import { readBuckets } from './template/data.ts';
import { type EdgeSpec, readEdge } from './template/edge.ts';
import type { Stack } from './template/stack.ts';

interface EdgeOfStack {
  readonly port: number;
  readonly current: () => Stack;
  readonly access: StackAccess;
  readonly addresses: Addresses & { readonly s3: string };
  readonly custom: () => CustomValues;
  readonly secretText: (arn: string) => string;
  readonly report: (message: string) => void;
}

const SECRET_REFERENCE = /\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]+)\}\}/g;

/** Starts the edge of a stack; undefined when it has none. */
export const startEdgeOf = async ({
  current,
  access,
  addresses,
  custom,
  secretText,
  ...options
}: EdgeOfStack): Promise<ListeningService | undefined> => {
  let known: { stack: Stack; spec: EdgeSpec | undefined } = { stack: current(), spec: readEdge(current()) };
  if (known.spec === undefined) return undefined;
  const spec = (): EdgeSpec => {
    if (known.stack !== current()) known = { stack: current(), spec: readEdge(current()) };
    if (known.spec === undefined) throw new Error('The stack has no edge any more.');
    return known.spec;
  };
  const secretIn = (arn: string, key: string): string =>
    String((JSON.parse(secretText(arn)) as Record<string, unknown>)[key] ?? '');
  return startEdge({
    ...options,
    spec,
    addressOf: (domain) => {
      const bucket = readBuckets(current()).find(({ name }) => domain.startsWith(`${name}.s3.`));
      return bucket ? `${addresses.s3}/${bucket.name}` : localAddresses(current(), addresses)(`https://${domain}`);
    },
    resolve: (text) =>
      withCustom(text, custom()).replaceAll(SECRET_REFERENCE, (_, arn: string, key: string) => secretIn(arn, key)),
    credentials: () => access.distributionCredentials(spec().arn),
  });
};
