import { createClient, type Mediashelf } from '../../client/browser.ts';

const metaOf = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="mediashelf:${name}"]`)?.content ?? '';

/** Whether the browser may have a session: without one, the first request would only be refused. */
export const maySignedIn = (): boolean => metaOf('session') !== 'none';

/** Whether the library sends mail, and so a link for a new password. */
export const sendsMail = (): boolean => metaOf('mail') === 'on';

/** Whether pictures have addresses at this host, which cookies open. */
export const hasEdge = (): boolean => metaOf('edge') === 'some';

/** The worker that hashes files: the page stays responsive meanwhile. */
export const newHashWorker = (): Worker =>
  new Worker(new URL('../../client/browser/hash-worker.ts', import.meta.url), { type: 'module' });

/** A few tries: a person waits, and can try again. */
const RETRY = { attempts: 4, firstDelayMs: 300, longestDelayMs: 3000 };

/** The client of this page, for one team. The browser's session cookie says who calls. */
export const openShelf = (team: string | undefined): Mediashelf =>
  createClient({
    url: location.origin,
    cookies: true,
    team,
    retry: RETRY,
    realtimeUrl: metaOf('socket') || undefined,
    newHashWorker,
  });
