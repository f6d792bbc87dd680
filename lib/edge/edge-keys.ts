import { CfnKeyGroup, CfnPublicKey } from 'aws-cdk-lib/aws-cloudfront';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Aws, CustomResource, type RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, permission } from '../grant.ts';
import { type FunctionDefaults, OperationFunction } from '../operation-function.ts';

interface EdgeKeysProps {
  readonly defaults: FunctionDefaults;
  /** How many keys were made so far. */
  readonly made: number;
  readonly removalPolicy: RemovalPolicy;
}

/** One key: a secret with the private half, and what of it others may know. */
interface EdgeKey {
  readonly secret: Secret;
  /** The name that signatures carry. */
  readonly publicKeyId: string;
  /** SHA-256 of the secret by which the API knows the edge. */
  readonly originDigest: string;
  /** The secret itself, as a reference that CloudFormation resolves while it deploys. */
  readonly origin: string;
}

/**
 * The keys of the edge: each signs addresses of private pictures, and has a secret by which the API knows the distribution.
 *
 * A public key of CloudFront cannot be changed, so each one is a resource of its own. The last two are in use: addresses are
 * signed with the newest, and those of the one before still open. The distribution sends the older secret, which the functions
 * know before and after a deployment.
 */
export class EdgeKeys extends Construct {
  /** Makes the content of a secret; CloudFormation invokes it. */
  readonly makeEdgeKey: OperationFunction;
  readonly group: CfnKeyGroup;
  readonly newest: EdgeKey;
  private readonly keys: readonly EdgeKey[];

  constructor(scope: Construct, id: string, { defaults, made, removalPolicy }: EdgeKeysProps) {
    super(scope, id);
    const numbers = made > 1 ? [made, made - 1] : [made];
    const secrets = numbers.map((number) => this.secret(number, removalPolicy));
    this.makeEdgeKey = new OperationFunction(this, 'make-edge-key', {
      ...defaults,
      description: 'Makes a key that signs addresses at the edge; invoked by CloudFormation',
      grants: [
        permission(
          allow(
            ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
            ...secrets.map(({ secret }) => secret.secretArn),
          ),
        ),
      ],
    });
    this.keys = secrets.map(({ number, secret }) => this.key(number, secret));
    const [newest] = this.keys;
    if (!newest) throw new Error('The edge has no key');
    this.newest = newest;
    this.group = new CfnKeyGroup(this, 'Group', {
      keyGroupConfig: { name: `${Aws.STACK_NAME}-edge`, items: this.keys.map(({ publicKeyId }) => publicKeyId) },
    });
  }

  /** The secret that the distribution sends to the API. */
  get origin(): string {
    return (this.keys.at(-1) ?? this.newest).origin;
  }

  /** The digests of all secrets that the API accepts. */
  get originDigests(): string {
    return this.keys.map(({ originDigest }) => originDigest).join(',');
  }

  private secret(number: number, removalPolicy: RemovalPolicy) {
    const secret = new Secret(this, `Secret${number}`, {
      description: `Key ${number} of the edge of Mediashelf: signs addresses, and tells the API who calls`,
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'origin',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Its public half is a resource of the stack, so a deployment replaces it: see the setting edge.keys',
    });
    return { number, secret };
  }

  private key(number: number, secret: Secret): EdgeKey {
    const made = new CustomResource(this, `Made${number}`, {
      serviceToken: this.makeEdgeKey.lambda.functionArn,
      resourceType: 'Custom::EdgeKey',
      properties: { SecretArn: secret.secretArn },
    });
    const name = `${Aws.STACK_NAME}-edge-${number}`;
    const publicKey = new CfnPublicKey(this, `Public${number}`, {
      publicKeyConfig: { name, callerReference: name, encodedKey: made.getAttString('PublicKey') },
    });
    return {
      secret,
      publicKeyId: publicKey.ref,
      originDigest: made.getAttString('OriginDigest'),
      origin: `{{resolve:secretsmanager:${secret.secretArn}:SecretString:origin}}`,
    };
  }
}
