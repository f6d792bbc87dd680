import type { Mediashelf } from '../../client/index.ts';
import { noteOpened } from './opened-pictures.ts';

/** A cookie opens pictures for four minutes. */
const RENEWAL_MS = 120_000;

/** Has the browser open the pictures of a person's teams. Where it fails, addresses are opened by their signatures. */
export const openPictures = async (shelf: Mediashelf): Promise<void> => {
  try {
    const { teams, expiresAt } = await shelf.call('POST /api/v1/renditions/cookies', { body: {} });
    noteOpened({ teams, until: expiresAt === null ? 0 : Date.parse(expiresAt), origin: location.origin });
  } catch {
    noteOpened({ teams: [], until: 0, origin: location.origin });
  }
};

/** Opens them anew before their cookies end, and when a page is looked at again. Answers what ends it. */
export const keepPicturesOpen = (shelf: Mediashelf): (() => void) => {
  let last = Date.now();
  const renew = (): void => {
    if (document.hidden || Date.now() - last < RENEWAL_MS) return;
    last = Date.now();
    void openPictures(shelf);
  };
  const timer = setInterval(renew, RENEWAL_MS / 4);
  document.addEventListener('visibilitychange', renew);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', renew);
  };
};
