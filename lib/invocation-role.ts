import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './grant.ts';
import type { OperationFunction } from './operation-function.ts';

/**
 * The role that API Gateway assumes to call functions, of both APIs. As permissions of the functions they would be one resource
 * for each. Functions appear by name, because they have the addresses of the APIs, which refer to this role.
 *
 * Its trust has no condition on the source: API Gateway sends neither account nor ARN when it assumes the role of an integration,
 * so each call would be refused. Other accounts cannot name the role in an integration, since `iam:PassRole` ends at the account.
 */
export class InvocationRole extends Construct {
  readonly arn: string;
  private readonly calls = new PolicyDocument({ minimize: true });

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      inlinePolicies: { Calls: this.calls },
    });
    this.arn = role.roleArn;
  }

  /** Lets API Gateway call a function, with the role of this ARN as the integration's credentials. */
  calling({ arnByName }: OperationFunction): string {
    this.calls.addStatements(allow(['lambda:InvokeFunction'], arnByName));
    return this.arn;
  }
}
