import { thumbHashToDataURL } from 'thumbhash';

/** Pictures that are kept: more than three screens of them. */
const KEPT = 500;
const drawn = new Map<string, string>();

/** The blurred picture that stands for a preview until it is there. */
export const placeholderOf = (thumbhash: string | null): string | undefined => {
  if (thumbhash === null) return undefined;
  const known = drawn.get(thumbhash);
  if (known) return known;
  try {
    const address = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0)));
    drawn.set(thumbhash, address);
    const [oldest] = drawn.keys();
    if (drawn.size > KEPT && oldest !== undefined) drawn.delete(oldest);
    return address;
  } catch {
    return undefined;
  }
};
