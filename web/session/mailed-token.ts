/** The pages that are opened by the address in a mail. */
export type MailedPage = 'invitation' | 'new-password';
const PAGES: readonly MailedPage[] = ['invitation', 'new-password'];

let taken: { readonly page: MailedPage; readonly token: string } | undefined;

/** Takes a token out of the address: it is in no request, no history and no storage. */
export const takeToken = (): void => {
  const page = PAGES.find((name) => location.pathname === `/app/${name}`);
  if (page === undefined || location.hash.length < 2) return;
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  history.replaceState(null, '', location.pathname);
  if (token) taken = { page, token };
};

/** The token that the address of this page had. */
export const mailedToken = (page: MailedPage): string | undefined => (taken?.page === page ? taken.token : undefined);

export const forgetToken = (): void => {
  taken = undefined;
};

/** The address to send to an invited person. What follows `#` is sent to no server. */
export const invitationAddress = (given: string): string =>
  `${location.origin}/app/invitation#token=${encodeURIComponent(given)}`;
