/** Takes the token of the link out of the address: it is in no request's address, no history and no storage. */
export const takeToken = (): string => {
  const token = location.hash.slice(1);
  if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  return token;
};
