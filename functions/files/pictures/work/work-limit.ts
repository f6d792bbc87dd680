/**
 * A picture promises more work than is accepted. Found by counting in its headers, before any decoder sees a byte. The
 * message is a sentence for the person who uploaded the picture.
 */
export class WorkLimitError extends Error {
  override readonly name = 'WorkLimitError';
}

/** Throws once a count is above what is accepted. */
export const atMost = (count: number, limit: number, what: string): void => {
  if (count > limit) throw new WorkLimitError(`The picture has more ${what} than are accepted (${limit}).`);
};

/** What the headers of a picture say of the work of decoding it. */
export interface PromisedWork {
  /** Pixels of the picture, as its headers say; zero where they are broken, which the decoder reports. */
  readonly pixels: number;
  /** Where the data stop of a JPEG that brings all of its picture, but not the marker behind it. */
  readonly openEnd?: number;
}
