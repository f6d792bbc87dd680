export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A share between 0 and 1, in thousandths. */
export const clampShare = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;

/** Where the left or top edge of a crop lies, as a share of the space beside it: the point is in its middle, where it can be. */
const edgeShare = (full: number, cropped: number, point: number): number => {
  const free = full - cropped;
  if (free <= 0) return 0.5;
  return Math.min(1, Math.max(0, (point * full - cropped / 2) / free));
};

/** `object-position` of a picture in a box of this proportion, so that the focal point stays as near to the middle as it can. */
export const cropPosition = ({ width, height }: Size, aspect: number, { x, y }: Point): string => {
  const cropped = width / height > aspect ? { width: height * aspect, height } : { width, height: width / aspect };
  const percent = (share: number): string => `${Math.round(share * 10_000) / 100}%`;
  return `${percent(edgeShare(width, cropped.width, x))} ${percent(edgeShare(height, cropped.height, y))}`;
};
