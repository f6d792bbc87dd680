import type { Warning } from '../../domain/media.ts';
import type { Refusal } from './outcome.ts';

/** What a look into a file found: nothing against it but perhaps something worth telling, or why it is refused. */
export type CheckResult = { readonly outcome: 'ok'; readonly warnings: readonly Warning[] } | Refusal;

export const passed = (warnings: Iterable<Warning> = []): CheckResult => ({
  outcome: 'ok',
  warnings: [...new Set(warnings)].sort(),
});
