import type { Grant } from './grant.ts';
import type { FunctionDefaults } from './operation-function.ts';

/** The environment of every HTTP function: authentication, the API's address, the settings, and what is known of the edge. */
export type ApiBase = readonly [
  Grant<'TABLE'>,
  Grant<'PUBLIC_URL'>,
  Grant<'AUTH_SECRET'>,
  Grant<'SETTINGS'>,
  Grant<'EDGE'>,
];

/** Props of a construct with HTTP functions. */
export interface ApiFunctionsProps {
  readonly defaults: FunctionDefaults;
  readonly base: ApiBase;
}
