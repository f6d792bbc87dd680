import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { AuthSecret } from './auth-secret.ts';
import type { Grant } from './grant.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface AccountsProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly secret: AuthSecret;
  readonly mail: Grant<'MAIL_QUEUE_URL'>;
}

/** Owners, teams, sessions and keys. */
export class Accounts extends Construct {
  readonly functions: readonly OperationFunction[];
  /** Secrets Manager calls it asynchronously. */
  readonly rotateSecret: OperationFunction;
  /** Makes an owner, a team and a key; an operator invokes it, no route leads to it. */
  readonly createOwner: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, base, library, secret, mail }: AccountsProps) {
    super(scope, id);
    // Hashing a password with scrypt takes memory and a good share of a processor by design.
    const hashing = { memorySize: 1024 };
    this.functions = [
      new OperationFunction(this, 'login', {
        ...defaults,
        ...hashing,
        description: 'Opens a session for an e-mail address and a password',
        grants: [...base, library.items('PutItem')],
      }),
      new OperationFunction(this, 'logout', {
        ...defaults,
        description: 'Ends a session',
        grants: [...base, library.items('DeleteItem')],
      }),
      new OperationFunction(this, 'get-me', {
        ...defaults,
        description: 'Answers who is asking, and their teams',
        grants: base,
      }),
      new OperationFunction(this, 'refresh', {
        ...defaults,
        description: 'Exchanges a refresh token for new credentials, once',
        grants: [...base, library.items('PutItem', 'DeleteItem')],
      }),
      new OperationFunction(this, 'create-guest', {
        ...defaults,
        description: 'Opens a session for a guest',
        grants: [...base, library.items('PutItem')],
      }),
      new OperationFunction(this, 'change-password', {
        ...defaults,
        ...hashing,
        description:
          'Replaces a password and ends the logins made with the old one, and all that was set up if asked to',
        grants: [...base, mail, library.items('PutItem', 'DeleteItem', 'ConditionCheckItem')],
      }),
      new OperationFunction(this, 'manage-api-keys', {
        ...defaults,
        description: 'Creates, lists and revokes the API keys of a team, and rejects the open uploads of revoked ones',
        grants: [
          ...base,
          library.items('PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'),
          library.queries('byCreated'),
        ],
      }),
    ];
    this.rotateSecret = new OperationFunction(this, 'rotate-secret', {
      ...defaults,
      description: 'Makes the key that signs tokens anew; the former one verifies until the next time',
      grants: [secret.rotating()],
    });
    secret.rotateBy(this.rotateSecret);
    this.createOwner = new OperationFunction(this, 'create-owner', {
      ...defaults,
      ...hashing,
      description: 'Makes an owner, a team and a first API key; invoked by an operator',
      grants: [library.items('GetItem', 'Query', 'PutItem', 'ConditionCheckItem')],
    });
  }
}
