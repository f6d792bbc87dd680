import type { Media } from '../../client/index.ts';
import { isAtHost, opensByCookie } from './opened-pictures.ts';

/**
 * An address of the library at the host by which the page was opened, where the session cookie counts. Undefined for a file
 * that another server stores: the page loads nothing from there.
 */
export const ownAddress = (url: string | null | undefined): string | undefined => {
  if (!url || !URL.canParse(url)) return undefined;
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/m/') ? pathname + search : undefined;
};

/** Time for a picture to load. */
const SPARE_MS = 30_000;

/** The end of an address that S3 opens, in milliseconds since 1970. */
const endAtStorage = ({ searchParams }: URL): number => {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '');
  if (!date) return 0;
  const [year = 0, month = 1, ...rest] = date.slice(1).map(Number);
  const [day, hour, minute, second] = rest;
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(searchParams.get('X-Amz-Expires')) * 1000;
};

/** CloudFront's base64, which has no letters that mean something in an address. */
const PLAIN: Readonly<Record<string, string>> = { '-': '+', _: '=', '~': '/' };

/** The same of an address that the edge opens, by the policy in it. */
const endAtEdge = ({ searchParams }: URL): number => {
  const policy = (searchParams.get('Policy') ?? '').replace(/[-_~]/g, (letter) => PLAIN[letter] ?? '');
  try {
    return JSON.parse(atob(policy)).Statement[0].Condition.DateLessThan['AWS:EpochTime'] * 1000;
  } catch {
    return 0;
  }
};

/** Whether a signed address still opens for long enough. */
export const opensUntil = (url: string, now: number): boolean => {
  const address = new URL(url);
  const end = isAtEdge(address) ? endAtEdge(address) : endAtStorage(address);
  return end - SPARE_MS > now;
};

const isAtEdge = ({ pathname }: URL): boolean => pathname.startsWith('/o/');

type Size = keyof Media['renditions'];
type Pictured = Pick<Media, 'renditions' | 'version' | 'url'>;

/** A listed address as the page uses it while it opens; at the edge without its signature where a cookie opens it. */
const openAddress = (listed: string, now: number): string | undefined => {
  const address = new URL(listed);
  if (!isAtEdge(address)) return opensUntil(listed, now) ? listed : undefined;
  // The cookies, and the policy of the page, are those of one host.
  if (!isAtHost(address)) return undefined;
  if (opensByCookie(address, now)) return address.pathname;
  return opensUntil(listed, now) ? address.pathname + address.search : undefined;
};

/**
 * The address of a rendition: a signed one while it opens, as a list has it, and the stable one after. The version behind
 * a stable address makes a replaced file another address.
 */
export const renditionAddress = (
  { renditions, version, url }: Pictured,
  size: Size,
  now = Date.now(),
): string | undefined => {
  const name = ([size, 'medium', 'small'] as const).find((each) => renditions[each] !== undefined);
  const listed = name && renditions[name]?.url;
  if (!listed) return undefined;
  if (new URL(listed).pathname.startsWith('/m/')) return `${ownAddress(listed)}#${version}`;
  const stable = ownAddress(url);
  return openAddress(listed, now) ?? (stable && `${stable}?rendition=${name}#${version}`);
};

/** The stable address as others use it. */
export const shareAddress = ({ url }: Pick<Media, 'url'>): string => url ?? '';
