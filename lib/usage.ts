import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ApiFunctionsProps } from './api-functions.ts';
import type { Library } from './library.ts';
import { OperationFunction } from './operation-function.ts';

interface UsageProps extends ApiFunctionsProps {
  readonly library: Library;
}

/** The use of each team's quotas. */
export class Usage extends Construct {
  readonly functions: readonly OperationFunction[];
  /** Counts everything again and heals what differs; an operator invokes it, no route leads to it. */
  readonly recount: OperationFunction;
  /** Brings the data to the version of the code; an operator invokes it, no route leads to it. */
  readonly migrate: OperationFunction;

  constructor(scope: Construct, id: string, { defaults, base, library }: UsageProps) {
    super(scope, id);
    this.functions = [
      new OperationFunction(this, 'get-usage', {
        ...defaults,
        description: 'Answers bytes, counts and quota of the team',
        grants: base,
      }),
    ];
    this.recount = new OperationFunction(this, 'recount', {
      ...defaults,
      description: 'Counts every team again and heals its totals; invoked by an operator',
      grants: [library.items('Scan', 'UpdateItem', 'ConditionCheckItem')],
      memorySize: 1024,
      timeout: Duration.minutes(15),
    });
    this.migrate = new OperationFunction(this, 'migrate', {
      ...defaults,
      description: 'Brings the data to the version of the code; invoked by an operator',
      grants: [library.items('GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'Scan')],
      memorySize: 1024,
      timeout: Duration.minutes(15),
    });
  }
}
