/**
 * A picture promises more work than is accepted. Found by counting in its headers, before any decoder sees a byte. The
 * message is a sentence for the person who uploaded the picture.
 */
export class WorkLimitError extends Error {
  override readonly name = 'WorkLimitError';
}

/** Throws once a count is above the limit. */
export const atMost = (count: number, limit: number, what: string): void => {
  if (count > limit) throw new WorkLimitError(`The picture has more ${what} than are accepted (${limit}).`);
};

/** The work of decoding a picture, by its headers. */
export interface PromisedWork {
  /** Pixels of the picture, as its headers say; zero where they are broken, which the decoder reports. */
  readonly pixels: number;
  /** Where the data stop of a complete JPEG without its end marker. */
  readonly openEnd?: number;
}
