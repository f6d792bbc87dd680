import type { Browser, Page } from 'playwright-core';
import type { Client } from '../../support/drivers/client.ts';
import type { Ready } from '../../support/drivers/runtime.ts';

/** What all cases of the dashboard share. */
export interface Stage {
  readonly ready: Ready;
  readonly browser: Browser;
  /** Signed in as the owner. */
  readonly page: Page;
  /** Takes messages out of the record that a case causes on purpose. */
  readonly allow: (pattern: RegExp) => void;
  /** Of the files of the library, oldest first. */
  readonly ids: readonly string[];
  readonly api: Client;
}
