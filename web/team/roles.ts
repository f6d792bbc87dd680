import type { Role } from '../session/use-session.ts';

const ROLES: readonly Role[] = ['owner', 'admin', 'editor', 'viewer'];

/** Roles that a person may give: owners every one, admins all but that of an owner. */
export const rolesFor = (mine: Role): readonly Role[] => {
  if (mine === 'owner') return ROLES;
  return mine === 'admin' ? ROLES.slice(1) : [];
};

/** Whether a person may change or remove a member of a role. */
export const mayChange = (mine: Role, theirs: Role): boolean => rolesFor(mine).includes(theirs);
