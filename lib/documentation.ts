import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import { OperationFunction } from './operation-function.ts';

/** The API's own description: OpenAPI documents, and the page that shows them. */
export class Documentation extends Construct {
  readonly functions: readonly OperationFunction[];

  constructor(scope: Construct, id: string, { defaults, base }: ApiFunctionsProps) {
    super(scope, id);
    this.functions = [
      new OperationFunction(this, 'openapi', {
        ...defaults,
        description: 'Answers the OpenAPI documents and their viewer',
        grants: base,
      }),
    ];
  }
}
