const CHOICE = 'mediashelf:team';

/** The team that the person works in, where it is not their default team. An id, and no secret. */
export const chosenTeam = (): string | undefined => localStorage.getItem(CHOICE) ?? undefined;

export const chooseTeam = (id: string | undefined): void => {
  if (id === undefined) localStorage.removeItem(CHOICE);
  else localStorage.setItem(CHOICE, id);
};
