import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Grant } from './grant.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface TeamsProps extends ApiFunctionsProps {
  readonly library: Library;
  readonly mail: Grant<'MAIL_QUEUE_URL'>;
}

/** Teams, their members and their invitations. */
export class Teams extends Construct {
  readonly functions: readonly OperationFunction[];
  /** Resets passwords and removes users; an operator invokes it, no route leads to it. */
  readonly managePeople: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, base, library, mail }: TeamsProps) {
    super(scope, id);
    this.functions = [
      new OperationFunction(this, 'manage-teams', {
        ...defaults,
        description: 'Creates, lists and renames teams',
        grants: [...base, library.items('PutItem', 'ConditionCheckItem')],
      }),
      new OperationFunction(this, 'manage-members', {
        ...defaults,
        description: 'Lists the members of a team, changes their roles and lets them go',
        grants: [...base, library.items('DeleteItem')],
      }),
      new OperationFunction(this, 'manage-invitations', {
        ...defaults,
        // Hashes the password that a person chooses who accepts an invitation.
        memorySize: 1024,
        description: 'Invites people into a team, and takes in those who come',
        grants: [...base, mail, library.items('PutItem', 'DeleteItem', 'ConditionCheckItem')],
      }),
    ];
    this.managePeople = new OperationFunction(this, 'manage-people', {
      ...defaults,
      // Hashes the new password.
      memorySize: 1024,
      description: 'Resets the password of a person or removes them; invoked by an operator',
      grants: [library.items('GetItem', 'Query', 'UpdateItem', 'DeleteItem')],
    });
  }
}
