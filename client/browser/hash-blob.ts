import { Sha256, toBase64 } from '../sha256.ts';

const CHUNK = 2 ** 20;
/** The size up to which the browser hashes data as a whole: it is several times faster, and a part of an upload is no larger. */
const HELD = 16 * 2 ** 20;

/** SHA-256 of a blob, base64; of a large one without holding more than a piece of it. */
export const hashBlob = async (blob: Blob, onRead: (bytes: number) => void): Promise<string> => {
  // Only pages that came over TLS, or from this machine, have the browser's own.
  if (blob.size <= HELD && globalThis.crypto?.subtle) {
    const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
    onRead(blob.size);
    return toBase64(new Uint8Array(digest));
  }
  const hash = new Sha256();
  for (let start = 0; start < blob.size; start += CHUNK) {
    const chunk = await blob.slice(start, start + CHUNK).arrayBuffer();
    hash.update(new Uint8Array(chunk));
    onRead(start + chunk.byteLength);
  }
  return hash.base64();
};
