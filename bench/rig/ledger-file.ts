import { fileURLToPath } from 'node:url';

/** The committed ledger: what each operation may use. A test fails when one gets dearer. */
export const LEDGER_FILE = fileURLToPath(new URL('../ledger.json', import.meta.url));
