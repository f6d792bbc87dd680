import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Aws } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, type Grant } from './grant.ts';
import type { OperationFunction } from './operation-function.ts';
import { removalOf } from './removal.ts';
import type { MediashelfSettings } from './settings/schema.ts';

const ROTATION_DAYS = 90;

/** The random text from which the keys of tokens and cursors are derived. */
export class AuthSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: MediashelfSettings }) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Signs the tokens and cursors of Mediashelf',
      // 64 letters and digits: 380 bits, more than the 256 that the keys take from it.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: removalOf(settings),
    });
  }

  /** Lets a function create a new version of the secret and make it the current one. */
  rotating(): Grant<'AUTH_SECRET'> {
    const actions = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
    return {
      environment: { AUTH_SECRET: this.secret.secretArn },
      statements: [
        allow(
          actions.map((action) => `secretsmanager:${action}`),
          this.secret.secretArn,
        ),
      ],
      acknowledged: [],
    };
  }

  /**
   * Has Secrets Manager call a function for a new secret every 90 days. Written as the plain resource: CDK's
   * `addRotationSchedule` grants the function a password generator that this secret does not use.
   */
  rotateBy({ lambda }: OperationFunction): void {
    const allowed = new CfnPermission(this, 'Rotation.Invoke', {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionArn,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const schedule = new CfnRotationSchedule(this, 'Rotation', {
      secretId: this.secret.secretArn,
      rotationLambdaArn: lambda.functionArn,
      rotationRules: { automaticallyAfterDays: ROTATION_DAYS },
      // A deployment is no reason for another key; `npm run admin -- rotate` is there for one.
      rotateImmediatelyOnUpdate: false,
    });
    schedule.addResourceDependency(allowed);
  }

  /** Lets a function read the secret, whose ARN it finds in AUTH_SECRET. */
  reading(): Grant<'AUTH_SECRET'> {
    return {
      environment: { AUTH_SECRET: this.secret.secretArn },
      statements: [allow(['secretsmanager:GetSecretValue'], this.secret.secretArn)],
      acknowledged: [],
    };
  }
}
