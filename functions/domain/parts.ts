const MIB = 2 ** 20;

/** Up to here one PUT carries a file, unless parts are asked for. */
export const SINGLE_REQUEST_BYTES = 64 * MIB;
/** What S3 takes in one PUT, and so in a part whose length is not signed; and the highest number and least size of a part; the last part may be smaller. */
export const LARGEST_PUT_BYTES = 5 * 1024 * MIB;
export const MOST_PARTS = 10_000;
export const LEAST_PART_BYTES = 5 * MIB;
/** How long a signed part can be sent; it can be signed again while the upload is open. */
export const SIGNED_PART_SECONDS = 900;
/** An upload in parts is open as long as S3 surely keeps them: the bucket drops those of a day. */
export const PARTS_OPEN_MINUTES = 1440;
/** Parts that one call signs. */
export const MOST_SIGNED_AT_ONCE = 500;
/** Progress is told at most twice a second. */
export const PROGRESS_MILLISECONDS = 500;

/** Up to here one invocation reads a file to the end and knows its SHA-256. */
export const HASHED_BYTES = 6 * 1024 * MIB;

/** What S3 keeps of the parts' content: it is settled when the first part is signed. */
export type PartAlgorithm = 'SHA256' | 'CRC64NVME';

/** How a file is cut. All parts but the last have `partSize` bytes. */
export interface PartLayout {
  readonly partSize: number;
  readonly partCount: number;
}

/** A part that S3 holds. */
export interface HeldPart {
  readonly partNumber: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** SHA-256, base64, of parts that were sent with it. */
  readonly sha256?: string | undefined;
}

/** The part that a client says it sent. */
export type ClaimedPart = Pick<HeldPart, 'partNumber' | 'etag'>;

/** Parts of 8 MiB, of 16 for what is large, and as large as it takes for what 10,000 of those do not hold. */
export const layoutOf = (fileSize: number): PartLayout => {
  const usual = fileSize > 8 * 1024 * MIB ? 16 * MIB : 8 * MIB;
  const partSize = Math.max(usual, Math.ceil(fileSize / MOST_PARTS / MIB) * MIB);
  return { partSize, partCount: Math.max(1, Math.ceil(fileSize / partSize)) };
};

/** The finest cut of up to so many bytes, for a file that its sender cuts. */
export const finestLayout = (mostBytes: number): PartLayout => ({
  partSize: LEAST_PART_BYTES,
  partCount: Math.min(MOST_PARTS, Math.max(1, Math.ceil(mostBytes / LEAST_PART_BYTES))),
});

/** The cut of a file whose sender said how: parts of its size, or the least that Uppy sends by itself. */
export const layoutOfSender = (fileSize: number, told?: number): PartLayout => {
  const partSize = told ?? Math.max(LEAST_PART_BYTES, Math.ceil(fileSize / MOST_PARTS));
  return { partSize, partCount: Math.max(1, Math.ceil(fileSize / partSize)) };
};

/** An upload by what is known of its size: bytes declared, the most that may come where that was left open, its parts. */
export interface SizedUpload {
  readonly fileSize: number;
  readonly mostBytes?: number;
  readonly sizeOpen?: true;
  readonly multipart?: (PartLayout & { readonly cutBy?: 'sender' }) | null;
}

/** As many bytes as may come of a file: what it was said to have, or the most that one of its kind may have. */
export const mostBytesOf = ({ fileSize, mostBytes }: Pick<SizedUpload, 'fileSize' | 'mostBytes'>): number =>
  mostBytes ?? fileSize;

/** The bytes of one part of a file. */
export const lengthOf = ({ partSize, partCount }: PartLayout, fileSize: number, partNumber: number): number =>
  partNumber < partCount ? partSize : fileSize - partSize * (partCount - 1);

export const bytesOf = (held: readonly Pick<HeldPart, 'size'>[]): number =>
  held.reduce((sum, { size }) => sum + size, 0);

/** `incomplete` can be mended by sending parts; `wrong` cannot: it is another file than was declared. */
export type PartsVerdict =
  | { readonly verdict: 'complete' }
  | { readonly verdict: 'incomplete' | 'wrong'; readonly message: string };

const incomplete = (message: string): PartsVerdict => ({ verdict: 'incomplete', message });

/** Holds what S3 has against what was declared, and against what the client says it sent, if it does. */
export const judgeParts = (
  session: SizedUpload,
  held: readonly HeldPart[],
  claimed?: readonly ClaimedPart[],
): PartsVerdict => {
  const { fileSize, sizeOpen, multipart } = session;
  if (claimed) {
    const fault = claimFault(held, claimed);
    if (fault) return incomplete(fault);
  }
  if (held.length === 0) return incomplete('No part has arrived');
  const gap = held.findIndex(({ partNumber }, index) => partNumber !== index + 1);
  if (gap >= 0) return incomplete(`Part ${gap + 1} is missing`);
  if (multipart && !multipart.cutBy && held.length < multipart.partCount)
    return incomplete(`Part ${held.length + 1} is missing`);
  const small = held.slice(0, -1).find(({ size }) => size < LEAST_PART_BYTES);
  if (small) return incomplete(`Part ${small.partNumber} has less than ${LEAST_PART_BYTES} bytes and is not the last`);
  const total = bytesOf(held);
  if (sizeOpen && total > mostBytesOf(session)) {
    return { verdict: 'wrong', message: `The parts have ${total} bytes, at most ${mostBytesOf(session)} may come` };
  }
  if (!sizeOpen && total !== fileSize) {
    return { verdict: 'wrong', message: `The parts have ${total} bytes, ${fileSize} were declared` };
  }
  return { verdict: 'complete' };
};

const claimFault = (held: readonly HeldPart[], claimed: readonly ClaimedPart[]): string | undefined => {
  const unordered = claimed.find(({ partNumber }, index) => partNumber <= (claimed[index - 1]?.partNumber ?? 0));
  if (unordered) return `Part ${unordered.partNumber} is named twice or out of order`;
  const byNumber = new Map(held.map((part) => [part.partNumber, part.etag]));
  const foreign = claimed.find(({ partNumber, etag }) => byNumber.get(partNumber) !== etag);
  if (foreign) return `Part ${foreign.partNumber} is not the one that has arrived`;
  return claimed.length === held.length ? undefined : 'Parts have arrived that are not named';
};
