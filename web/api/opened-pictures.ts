/** What the cookies of the browser open at the edge: pages cannot read them. */
export interface OpenedPictures {
  readonly teams: readonly string[];
  /** In milliseconds since 1970. */
  readonly until: number;
  /** The host of the page, where alone the cookies count. */
  readonly origin: string | undefined;
}

/** Before a cookie ends, in milliseconds: the time that a picture may take to be asked for. */
const SPARE_MS = 30_000;

let opened: OpenedPictures = { teams: [], until: 0, origin: undefined };

export const noteOpened = (pictures: OpenedPictures): void => {
  opened = pictures;
};

/** Whether an address of the edge is at the host of the page. */
export const isAtHost = ({ origin }: URL): boolean => origin === opened.origin;

/** Whether the browser has a cookie that opens a picture of the edge, `/o/<team>/...`. */
export const opensByCookie = ({ pathname }: URL, now: number): boolean =>
  opened.teams.includes(pathname.split('/')[2] ?? '') && opened.until - SPARE_MS > now;
