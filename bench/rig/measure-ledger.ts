import type { Figures, LedgerTable } from '../../bin/cost/figures.ts';
import { cheapest, startMetered } from './ledger.ts';
import { ledgerOperations } from './ledger-operations.ts';

/** A bench asks faster than any person. */
const UNHURRIED = ['-c', 'rateLimits.perMinute=1000000', '-c', 'rateLimits.anonymousPerMinute=1000000'];

/** Does each operation once to warm up and then `runs` times, each after all that followed the one before has ended. */
export const measureLedger = async (runs: number, say: (message: string) => void = () => {}): Promise<LedgerTable> => {
  const metered = await startMetered(UNHURRIED);
  const table: Record<string, Figures> = {};
  try {
    const operations = await ledgerOperations(metered.runtime.ready);
    for (const { name, prepare, run } of operations) {
      const measured: Figures[] = [];
      for (let turn = 0; turn <= runs; turn += 1) {
        await prepare?.();
        const figures = await metered.charges(run, name.startsWith('sweep'));
        if (turn > 0) measured.push(figures);
      }
      table[name] = cheapest(measured);
      say(name);
    }
    return table;
  } finally {
    await metered.stop();
  }
};
