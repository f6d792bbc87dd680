/**
 * A second engine for the table: the DynamoDB of moto, or whichever DYNAMODB_ENDPOINT names. AWS's own DynamoDB Local is
 * under AWS's terms and no open-source licence, so nothing here downloads it; who accepts them names a running one.
 */
import { join } from 'node:path';
import { runTests } from './jest.ts';
import { startMoto } from './moto.ts';
import type { Judge } from './verdict.ts';

const CONTRACTS = ['test/contract/stores/', 'test/contract/realtime/'];
const MINUTES = 12;

/** Runs the contract of the stores against another engine than the project's. */
export const judgeTable: Judge = async ({ folder, programs }) => {
  const named = process.env.DYNAMODB_ENDPOINT;
  const moto = named ? undefined : await startMoto(programs);
  const endpoint = named ?? moto?.url ?? '';
  const name = named ? `the DynamoDB at ${named}` : 'the DynamoDB of moto';
  try {
    const env = { DYNAMODB_ENDPOINT: endpoint, ...(moto ? { DYNAMODB_ENGINE: 'moto' } : {}) };
    const { passed, failed, skipped, failures } = await runTests(CONTRACTS, join(folder, 'table.json'), env, MINUTES);
    return {
      figure: `store contract on ${name}: ${passed} of ${passed + failed}, ${skipped} skipped by name`,
      ...{ passed, failed, skipped },
      lines: failures,
    };
  } finally {
    await moto?.stop();
  }
};
