import type { Call } from '../api.ts';
import { MediashelfError } from '../errors.ts';
import type { SignedPut, Source } from '../source.ts';
import { type Layout, rangeOf, type UploadState } from './state.ts';

export interface SignerOptions {
  readonly call: Call;
  readonly source: Source;
  readonly state: UploadState & { readonly layout: Layout };
  /** Parts that one call signs. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
}

export interface Signer {
  /** The request of a part. The next parts are hashed and signed meanwhile. */
  request(partNumber: number): Promise<SignedPut>;
  /** A new request for a part whose old one was refused: its bytes are hashed again. */
  again(partNumber: number): Promise<SignedPut>;
}

const aboutChecksums = (error: unknown): boolean =>
  error instanceof MediashelfError && error.fields.some(({ path }) => path[0] === 'checksums');

/** Gets the signed requests of parts, several with each call and one call ahead of the senders. */
export const openSigner = (
  partNumbers: readonly number[],
  { call, source, state, atOnce, signal }: SignerOptions,
): Signer => {
  const { uploadId, layout, fileSize } = state;
  // The first part decides whether an upload has checksums, and another device may have sent it.
  let checksums = state.checksums;
  const batches = new Map<number, Promise<ReadonlyMap<number, SignedPut>>>();
  const batchOf = new Map(partNumbers.map((partNumber, index) => [partNumber, Math.floor(index / atOnce)]));

  const digests = async (numbers: readonly number[]): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const number of numbers) found[number] = await source.sha256(rangeOf(layout, fileSize, number), { signal });
    return found;
  };

  const sign = async (numbers: readonly number[], isSecond = false): Promise<ReadonlyMap<number, SignedPut>> => {
    const withChecksums = checksums;
    const body = { partNumbers: numbers, ...(withChecksums ? { checksums: await digests(numbers) } : {}) };
    try {
      const { parts } = await call('POST /api/v1/uploads/{id}/parts', { path: { id: uploadId }, body, signal });
      return new Map(parts.map((part) => [part.partNumber, part]));
    } catch (error) {
      if (isSecond || !aboutChecksums(error)) throw error;
      checksums = !withChecksums;
      return sign(numbers, true);
    }
  };

  const batch = (index: number): Promise<ReadonlyMap<number, SignedPut>> => {
    const begun = batches.get(index) ?? sign(partNumbers.slice(index * atOnce, (index + 1) * atOnce));
    batches.set(index, begun);
    // A caller that waits for a part of it learns why it failed.
    begun.catch(() => undefined);
    return begun;
  };

  const requestIn = (signed: ReadonlyMap<number, SignedPut>, partNumber: number): SignedPut => {
    const request = signed.get(partNumber);
    if (!request) throw new MediashelfError('UNEXPECTED', `Part ${partNumber} was not signed`);
    return request;
  };

  return {
    request: async (partNumber) => {
      const index = batchOf.get(partNumber) ?? 0;
      const signed = await batch(index);
      batches.delete(index - 2);
      if ((index + 1) * atOnce < partNumbers.length) void batch(index + 1);
      return requestIn(signed, partNumber);
    },
    again: async (partNumber) => requestIn(await sign([partNumber]), partNumber),
  };
};
