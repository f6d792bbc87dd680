import type { Warning } from '../../domain/media.ts';
import type { Refusal } from './outcome.ts';

/** The result of checking a file: accepted, perhaps with warnings, or refused with a reason. */
export type CheckResult = { readonly outcome: 'ok'; readonly warnings: readonly Warning[] } | Refusal;

export const passed = (warnings: Iterable<Warning> = []): CheckResult => ({
  outcome: 'ok',
  warnings: [...new Set(warnings)].sort(),
});
