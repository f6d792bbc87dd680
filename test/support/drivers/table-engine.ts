import { it } from '@jest/globals';

/*
 * The contract of the stores runs on the project's own engine unless DYNAMODB_ENDPOINT names another. DYNAMODB_ENGINE=moto
 * skips, by name, the cases that moto is known to lack something for.
 */
const LACKS = {
  moto: {
    'hundreds of writers at once':
      'moto answers one request at a time, so that each round of retries of so many writers lasts longer than they wait',
    'many records counted':
      'moto copies a table for each transaction, so that dozens of records and their counts take minutes',
  },
} as const satisfies Record<string, Record<string, string>>;

/** How often a drawn case runs: on moto, which copies a table for each transaction, a tenth of the times at most. */
export const runsOfTable = (runs: number): number =>
  process.env.DYNAMODB_ENGINE === 'moto' ? Math.ceil(runs / 12) : runs;

/** `it` for a case that needs a feature of the engine; where it is lacking, the case is skipped and its title says why. */
export const itNeedsOfTable = (feature: keyof (typeof LACKS)['moto']) => {
  const reason: string | undefined = process.env.DYNAMODB_ENGINE === 'moto' ? LACKS.moto[feature] : undefined;
  return (title: string, test: () => Promise<void>, timeout?: number): void =>
    reason ? it.skip(`${title} (skipped: ${reason})`, test) : it(title, test, timeout);
};
