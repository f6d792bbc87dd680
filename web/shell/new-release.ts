const RELOADED = 'mediashelf:reloaded';
const A_MINUTE = 60_000;

/**
 * A new release removes the files of the one before: a page that is opened then cannot load. The document is loaded again,
 * once; the address is the state, and forms are on pages that are open already.
 */
export const reloadAfterRelease = (): void => {
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < A_MINUTE) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  });
};
