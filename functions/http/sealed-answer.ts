import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { GivenAnswer, KeyedCall } from './idempotency.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

const sealingKey = (secret: Uint8Array, { scope, key }: KeyedCall): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, key, `mediashelf idempotent answer ${scope}`, 32));

/** Larger answers are compressed: those of forms repeat what their records have in common. */
const PACKED_BYTES = 64 * 1024;
/** An item has 400 KB at most. */
const MOST_KEPT_BYTES = 350 * 1024;
const GZIP = 0x1f;

/** An answer as it is sealed. Of one that no item holds, only that there was one is kept: its call must not run twice. */
export const packed = (answer: GivenAnswer): Uint8Array => {
  const text = Buffer.from(JSON.stringify(answer));
  const bytes = text.length > PACKED_BYTES ? gzipSync(text) : text;
  return bytes.length > MOST_KEPT_BYTES ? Buffer.from('null') : bytes;
};

/** The answer that was packed; null for one that was too large. */
export const unpacked = (bytes: Buffer): GivenAnswer | null =>
  JSON.parse((bytes[0] === GZIP ? gunzipSync(bytes) : bytes).toString('utf8')) as GivenAnswer | null;

/** Encrypts bytes with AES-256-GCM, under the deployment's secret and the client's own key. */
export const seal = (bytes: Uint8Array, call: KeyedCall, secret: Uint8Array): Uint8Array => {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(secret, call), iv);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
};

/** After a rotation the previous secret decrypts what it encrypted. */
export const open = (bytes: Uint8Array, call: KeyedCall, secrets: readonly Uint8Array[]): Buffer => {
  const sealed = Buffer.from(bytes);
  for (const secret of secrets) {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(secret, call), sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    } catch {
      // Sealed with another secret.
    }
  }
  throw new Error('a kept answer can be opened with no secret that is left');
};
