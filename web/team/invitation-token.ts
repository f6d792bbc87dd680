let token: string | undefined;

/** An address that was cut short while it was copied may end within a letter. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Takes the token of an invitation out of the address: it is in no request, no history and no storage. */
export const takeInvitation = (): void => {
  if (!location.pathname.endsWith('/invitation') || location.hash.length < 2) return;
  token = decoded(location.hash.slice(1)).replace(/^token=/, '');
  history.replaceState(null, '', location.pathname);
};

export const invitationToken = (): string | undefined => token;

export const forgetInvitation = (): void => {
  token = undefined;
};

/** The address to send to an invited person. What follows `#` is sent to no server. */
export const invitationAddress = (given: string): string =>
  `${location.origin}/app/invitation#token=${encodeURIComponent(given)}`;
