import { type CustomValues, withCustom } from './custom-resources.ts';
import type { StackAccess } from './iam/access.ts';
import { type Credentials, LOCAL_REGION } from './ports.ts';
import { type Addresses, localAddresses } from './template/apis.ts';
import type { ContainerSpec } from './template/containers.ts';
import type { FunctionSpec } from './template/functions.ts';
import type { Stack } from './template/stack.ts';

/** A function or a container of the stack. */
export type ProgramSpec = FunctionSpec | ContainerSpec;

/** The inputs of the environments of a stack's programs. */
export interface ProgramContext {
  readonly addresses: Addresses & { readonly s3: string };
  /** Values that functions of the stack made. */
  readonly custom?: () => CustomValues;
  readonly credentialsOf: StackAccess['credentialsOf'];
  /** Variables that programs inherit of the host: `PATH` and `TZ`. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
}

/** The environment of a program: its variables with local addresses, the credentials of its role, and where AWS is. */
export const environmentOf = (
  stack: Stack,
  spec: ProgramSpec,
  { addresses, custom, credentialsOf, hostEnvironment }: ProgramContext,
): Readonly<Record<string, string>> => {
  const atHome = localAddresses(stack, addresses);
  const local = (value: string): string => withCustom(atHome(value), custom?.() ?? new Map());
  return {
    ...hostEnvironment,
    ...Object.fromEntries(Object.entries(spec.environment).map(([name, value]) => [name, local(value)])),
    ...roleEnvironment(credentialsOf(spec.roleLogicalId, spec.name)),
    ...('handler' in spec ? lambdaEnvironment(spec) : {}),
    AWS_ENDPOINT_URL: addresses.aws,
    AWS_ENDPOINT_URL_S3: addresses.s3,
  };
};

const roleEnvironment = (credentials: Credentials): Record<string, string> => ({
  AWS_REGION: LOCAL_REGION,
  AWS_DEFAULT_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

const lambdaEnvironment = (spec: FunctionSpec): Record<string, string> => ({
  AWS_LAMBDA_FUNCTION_NAME: spec.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: spec.folder,
  TZ: ':UTC',
});
