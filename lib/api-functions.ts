import type { Grant } from './grant.ts';
import type { FunctionDefaults } from './operation-function.ts';

/** What every HTTP function is given: who is asking, where it answers, and the settings. */
export type ApiBase = readonly [Grant<'TABLE'>, Grant<'PUBLIC_URL'>, Grant<'AUTH_SECRET'>, Grant<'SETTINGS'>];

/** Props of a construct that holds HTTP functions. */
export interface ApiFunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly base: ApiBase;
}
