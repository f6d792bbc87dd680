const BASE = '/app/';

/** The page to show after a sign-in: a path of the dashboard, whatever the address asks for. */
export const nextPage = (search: string, origin: string): string => {
  const wanted = new URLSearchParams(search).get('next') ?? '';
  if (!wanted.startsWith(BASE) || !URL.canParse(wanted, origin)) return BASE;
  const { origin: host, pathname, search: query, hash } = new URL(wanted, origin);
  return host === origin && pathname.startsWith(BASE) ? pathname + query + hash : BASE;
};
