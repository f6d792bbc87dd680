import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface TagsProps extends ApiFunctionsProps {
  readonly library: Library;
}

/** The tags of teams, and which records carry them. */
export class Tags extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base, library }: TagsProps) {
    super(scope, id);
    const writing = library.items('BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query');
    this.functions = [
      new OperationFunction(this, 'manage-tags', {
        ...defaults,
        description: 'Lists, makes, changes and removes the tags of the team',
        grants: [...base, writing],
      }),
      new OperationFunction(this, 'tag-media', {
        ...defaults,
        description: 'Answers the tags of a record, puts them on and takes them off',
        grants: [...base, writing],
      }),
    ];
  }
}
