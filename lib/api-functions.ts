import type { Grant } from './grant.ts';
import type { FunctionDefaults } from './operation-function.ts';

/** The environment of every HTTP function: authentication, the API's address, and the settings. */
export type ApiBase = readonly [Grant<'TABLE'>, Grant<'PUBLIC_URL'>, Grant<'AUTH_SECRET'>, Grant<'SETTINGS'>];

/** Props of a construct with HTTP functions. */
export interface ApiFunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly base: ApiBase;
}
