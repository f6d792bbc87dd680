import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { allow, type Grant } from './grant.ts';
import type { MediashelfSettings } from './settings/schema.ts';

/** The random text from which the keys of tokens and cursors are derived. */
export class AuthSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { settings }: { readonly settings: MediashelfSettings }) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: 'Signs the tokens and cursors of Mediashelf',
      // 64 letters and digits: 380 bits, more than the 256 that the keys take from it.
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: settings.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotating it signs everybody out, so an operator decides when; tokens it signed live for minutes',
    });
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
