import { expect } from '@jest/globals';
import { findingsIn } from '../../../bin/verify/findings.ts';
import { placeOf } from '../../../bin/verify/holders.ts';
import { eventually } from '../drivers/eventually.ts';
import type { Operator } from '../drivers/operator.ts';
import { undrawn } from './drawn-keys.ts';

/**
 * The invariants when everything is quiet, with those of `npm run admin -- verify`. Answers one line for each violation.
 */
export const checkLibrary = async (ops: Operator): Promise<string[]> => {
  const [items, objects] = await Promise.all([ops.items(), ops.objects()]);
  const wrong = [...undrawn(items), ...findingsIn({ items, objects, youngSince: new Date(8_640_000_000_000_000) })];
  const stored = new Set(objects.map(({ key }) => key));
  for (const record of items.filter(({ sk, fileVersion }) => sk === 'MEDIA' && fileVersion !== null)) {
    const key = `originals/${placeOf(record)}`;
    if (!stored.has(key)) continue;
    const head = await ops.head(key);
    if (head.ContentType !== record.mimeType) wrong.push(`record ${record.id} and its object differ in type`);
  }
  return wrong;
};

/** Waits until it is quiet and all invariants hold: an outcome is announced before its last leftovers are removed. */
export const libraryHolds = (ops: Operator): Promise<void> =>
  eventually(async () => expect(await checkLibrary(ops)).toEqual([]));
