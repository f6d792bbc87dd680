/** The views of a person in a team, and those that its members share. */
export const MOST_VIEWS = 100;

/** A named filter, search and order of the library, for one person or for all members of the team. */
export interface SavedView {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  /** What the view shows: the parameters of a list, by their names. */
  readonly query: Readonly<Record<string, string>>;
  /** For all members of the team, and not for its maker alone. */
  readonly isShared: boolean;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
