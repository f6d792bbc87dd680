import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface AccountsProps extends ApiFunctionsProps {
  readonly library: Library;
}

/** Owners, teams, sessions and keys. */
export class Accounts extends Construct {
  readonly functions: readonly OperationFunction[];
  /** Makes an owner, a team and a key; an operator invokes it, no route leads to it. */
  readonly createOwner: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, base, library }: AccountsProps) {
    super(scope, id);
    // Hashing a password with scrypt takes memory and a good share of a processor by design.
    const hashing = { memorySize: 1024 };
    this.functions = [
      new OperationFunction(this, 'login', {
        ...defaults,
        ...hashing,
        description: 'Opens a session for an e-mail address and a password',
        grants: [...base, library.items('PutItem', 'UpdateItem', 'Query')],
      }),
      new OperationFunction(this, 'logout', {
        ...defaults,
        description: 'Ends a session',
        grants: [...base, library.items('UpdateItem', 'DeleteItem')],
      }),
      new OperationFunction(this, 'get-me', {
        ...defaults,
        description: 'Answers who is asking, and their teams',
        grants: [...base, library.items('Query')],
      }),
    ];
    this.createOwner = new OperationFunction(this, 'create-owner', {
      ...defaults,
      ...hashing,
      description: 'Makes an owner, a team and a first API key; invoked by an operator',
      grants: [library.items('GetItem', 'PutItem', 'ConditionCheckItem')],
    });
  }
}
