import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  type CfnFunction,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Aws, Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Bundles } from './bundles.ts';
import { capabilityLogs, ownLogs } from './function-logs.ts';
import { type AnyGrant, allow, type Grant, type VariablesIn, variable } from './grant.ts';
import type { OperationName, VariableOf } from './operations.ts';
import { FONTS_PATH } from './sharp-layer.ts';

/** API Gateway itself gives up after 30 seconds. */
const SHORT = Duration.seconds(15);

/** Named by stack and operation: the API's document refers to functions by name, and functions have the API's address. */
const nameOf = (operation: OperationName): string => `${Aws.STACK_NAME}-${operation}`;

/** The common props of all functions. */
export interface FunctionDefaults {
  readonly bundles: Bundles;
  readonly logRetention: RetentionDays;
}

/** A private network, where a function reaches hosts that are not on the internet. */
export interface Network {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What Lambda does on behalf of a role to join a network, after AWSLambdaVPCAccessExecutionRole; interfaces have no names before they are made. */
const INTERFACES = [
  ...['CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces'],
  ...['DescribeSubnets', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
].map((action) => `ec2:${action}`);

interface Shape<Grants extends readonly AnyGrant[]> extends FunctionDefaults {
  readonly description: string;
  readonly grants: Grants;
  /** 512 MB by default: a third of a processor, enough to parse and sign. */
  readonly memorySize?: number;
  /** 15 seconds by default. */
  readonly timeout?: Duration;
  readonly layers?: readonly ILayerVersion[];
  readonly network?: Network | undefined;
  /**
   * Lambda's recursive loop detection: it ends a chain of some sixteen calls that a function caused itself, unless this allows
   * it.
   */
  readonly recursiveLoop?: RecursiveLoop;
}

/** `unknown` when the grants set exactly the variables that the entry reads; otherwise a property that no object has, named after the fault. */
type Complete<Name extends OperationName, Variables> = [Exclude<VariableOf<Name>, Variables>] extends [never]
  ? [Exclude<Variables, VariableOf<Name>>] extends [never]
    ? unknown
    : { readonly 'these variables are set, but the entry does not read them': Exclude<Variables, VariableOf<Name>> }
  : { readonly 'the entry reads these variables, but no grant sets them': Exclude<VariableOf<Name>, Variables> };

/** The props of `OperationFunction`; a variable that the grants forget is a compile error. */
export type OperationFunctionProps<Name extends OperationName, Grants extends readonly AnyGrant[]> = Shape<Grants> &
  Complete<Name, VariablesIn<Grants[number]>>;

/** One operation as a Lambda function with a role and permissions of its own. It logs with the others of its capability. */
export class OperationFunction<
  const Name extends OperationName = OperationName,
  const Grants extends readonly AnyGrant[] = readonly AnyGrant[],
> extends Construct {
  readonly operation: Name;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, name: Name, props: OperationFunctionProps<Name, Grants>) {
    super(scope, name);
    this.operation = name;
    const {
      bundles,
      grants,
      logRetention,
      description,
      memorySize = 512,
      layers = [],
      network,
      timeout = SHORT,
    } = props;

    // Functions with decoders open untrusted files. A compromised one must not write lines in the name of another.
    const logGroup = layers.length > 0 ? ownLogs(this, logRetention) : capabilityLogs(this, logRetention);
    // Inline, because a policy of its own would cost every function one more of the stack's 500 resources; and in place
    // of AWSLambdaBasicExecutionRole, which may write to every log group of the account.
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Grants: new PolicyDocument({
          minimize: true,
          statements: [
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
            ...grants.flatMap(({ statements }) => statements),
            ...(network ? [allow(INTERFACES, '*')] : []),
          ],
        }),
      },
    });
    Validations.of(role).acknowledge(...grants.flatMap(({ acknowledged }) => acknowledged));
    if (network) {
      Validations.of(role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Network interfaces of a function are made by Lambda and have no name before',
      });
    }

    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: nameOf(name),
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundles(name)),
      handler: 'index.handler',
      role,
      memorySize,
      timeout,
      layers: [...layers],
      ...(props.recursiveLoop === undefined ? {} : { recursiveLoop: props.recursiveLoop }),
      environment: Object.assign(
        {},
        ...grants.map(({ environment }) => environment),
        // Read by sharp's libraries and not by the entry: without it they report in the log that Lambda configures no fonts.
        layers.length > 0 ? { FONTCONFIG_FILE: FONTS_PATH } : {},
      ),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // What reads files or works off queues may run out of time or memory: the report of each run says how much it took.
      systemLogLevelV2: timeout.toSeconds() > SHORT.toSeconds() ? SystemLogLevel.INFO : SystemLogLevel.WARN,
    });
    if (network) {
      // By ids, since the settings name a network of another stack.
      (this.lambda.node.defaultChild as CfnFunction).vpcConfig = {
        subnetIds: [...network.subnetIds],
        securityGroupIds: [...network.securityGroupIds],
      };
    }
  }

  /** The function's ARN without a reference to it, for resources that the function itself refers to. */
  get arnByName(): string {
    return Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: nameOf(this.operation),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  /** Lets another function call this one, and gives it the name. */
  invoking<const Variable extends string>(name: Variable): Grant<Variable> {
    const { functionName, functionArn } = this.lambda;
    return { ...variable(name, functionName), statements: [allow(['lambda:InvokeFunction'], functionArn)] };
  }
}
