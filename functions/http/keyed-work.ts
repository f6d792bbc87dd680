import { createHmac, hkdfSync } from 'node:crypto';
import type { KeyedWork } from '../domain/call.ts';

/** Bytes of a UUID, with the version and variant of a random one (RFC 9562, section 5.4). */
const uuidFrom = (bytes: Buffer): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
};

/**
 * Ids and secrets from the seed of an idempotency key. The seed is random and stored sealed, so that neither the table nor the
 * deployment's secret tells them.
 */
export const keyedWork = (seed: Uint8Array, state: Pick<KeyedWork, 'isRepeat' | 'isHeld' | 'undone'>): KeyedWork => ({
  ...state,
  newIds: () => {
    let count = 0;
    return () => {
      count += 1;
      return uuidFrom(createHmac('sha256', seed).update(`id ${count}`).digest().subarray(0, 16));
    };
  },
  secret: (bytes) => new Uint8Array(hkdfSync('sha256', seed, '', 'secret of the call', bytes)),
});
