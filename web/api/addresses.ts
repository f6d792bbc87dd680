import type { Media } from '../../client/index.ts';

/**
 * An address of the library at the host by which the page was opened, where the session cookie counts. Undefined for a file
 * that another server stores: the page loads nothing from there.
 */
export const ownAddress = (url: string | null | undefined): string | undefined => {
  if (!url || !URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return /^\/[mo]\//.test(pathname) ? pathname + search : undefined;
};

/** Time for a picture to load. */
const SPARE_MS = 30_000;

/** Whether a signed address of the storage still opens for long enough. */
export const opensUntil = (url: string, now: number): boolean => {
  const { searchParams } = new URL(url);
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '');
  if (!date) return false;
  const [year = 0, month = 1, ...rest] = date.slice(1).map(Number);
  const [day, hour, minute, second] = rest;
  const signed = Date.UTC(year, month - 1, day, hour, minute, second);
  return signed + Number(searchParams.get('X-Amz-Expires')) * 1000 - SPARE_MS > now;
};

type Size = keyof Media['renditions'];
type Pictured = Pick<Media, 'renditions' | 'version' | 'url'>;

/**
 * The address of a rendition: that of the storage while it opens, as a list has it, and the stable one after. The version behind
 * it makes a replaced file another address.
 */
export const renditionAddress = (
  { renditions, version, url }: Pictured,
  size: Size,
  now = Date.now(),
): string | undefined => {
  const name = ([size, 'medium', 'small'] as const).find((each) => renditions[each] !== undefined);
  const listed = name && renditions[name]?.url;
  if (!listed) return undefined;
  if (!ownAddress(listed)) {
    if (opensUntil(listed, now)) return listed;
    const stable = ownAddress(url);
    return stable && `${stable}?rendition=${name}#${version}`;
  }
  return `${ownAddress(listed)}#${version}`;
};

/** The stable address as others use it. */
export const shareAddress = ({ url }: Pick<Media, 'url'>): string => url ?? '';
