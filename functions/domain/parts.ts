const MIB = 2 ** 20;

/** Up to this size one PUT carries a file, unless the client requests parts. */
export const SINGLE_REQUEST_BYTES = 64 * MIB;
/**
 * S3's limit for one PUT, and so for a part whose length is not signed; the highest part number; the least size of a part,
 * except the last.
 */
export const LARGEST_PUT_BYTES = 5 * 1024 * MIB;
export const MOST_PARTS = 10_000;
export const LEAST_PART_BYTES = 5 * MIB;
/** How long a signed part can be sent; it can be signed again while the upload is open. */
export const SIGNED_PART_SECONDS = 900;
/** How long an upload in parts is open: S3 surely keeps the parts that long, since the bucket drops those older than a day. */
export const PARTS_OPEN_MINUTES = 1440;
/** Parts that one call signs. */
export const MOST_SIGNED_AT_ONCE = 500;
/** Progress is reported at most twice a second. */
export const PROGRESS_MILLISECONDS = 500;

/** Up to here one invocation reads a file to the end and knows its SHA-256. */
export const HASHED_BYTES = 6 * 1024 * MIB;

/** The checksums that S3 stores for parts: decided when the first part is signed. */
export type PartAlgorithm = 'SHA256' | 'CRC64NVME';

/** The layout of parts. All parts but the last have `partSize` bytes. */
export interface PartLayout {
  readonly partSize: number;
  readonly partCount: number;
}

/** A part that is stored in S3. */
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

/** Parts of 8 MiB, of 16 for large files, and larger ones if 10,000 of those do not suffice. */
export const layoutOf = (fileSize: number): PartLayout => {
  const usual = fileSize > 8 * 1024 * MIB ? 16 * MIB : 8 * MIB;
  const partSize = Math.max(usual, Math.ceil(fileSize / MOST_PARTS / MIB) * MIB);
  return { partSize, partCount: Math.max(1, Math.ceil(fileSize / partSize)) };
};

/** The finest layout of up to so many bytes, for a file that its client splits. */
export const finestLayout = (mostBytes: number): PartLayout => ({
  partSize: LEAST_PART_BYTES,
  partCount: Math.min(MOST_PARTS, Math.max(1, Math.ceil(mostBytes / LEAST_PART_BYTES))),
});

/** The layout of a file whose client splits it: parts of its size, or Uppy's default. */
export const layoutOfSender = (fileSize: number, told?: number): PartLayout => {
  const partSize = told ?? Math.max(LEAST_PART_BYTES, Math.ceil(fileSize / MOST_PARTS));
  return { partSize, partCount: Math.max(1, Math.ceil(fileSize / partSize)) };
};

/** The size of an upload: bytes declared, the maximum if the size is open, its parts. */
export interface SizedUpload {
  readonly fileSize: number;
  readonly mostBytes?: number;
  readonly sizeOpen?: true;
  readonly multipart?: (PartLayout & { readonly cutBy?: 'sender' }) | null;
}

/** The largest number of bytes of an upload: the declared size, or the limit of its kind. */
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

/** Compares S3's parts with the declared file, and with the list of the client, if it sent one. */
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
