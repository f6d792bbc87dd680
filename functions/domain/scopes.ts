const MEDIA_SCOPES = ['media:read', 'media:create', 'media:update', 'media:delete'] as const;
export const SCOPES = [...MEDIA_SCOPES, 'realtime:broadcast'] as const;
export type Scope = (typeof SCOPES)[number];

/** The scopes that a key can have: `media:write` includes create and update. */
export const GRANTABLE_SCOPES = [...SCOPES, 'media:write'] as const;
export type GrantableScope = (typeof GRANTABLE_SCOPES)[number];

export const ROLES = ['owner', 'admin', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  owner: SCOPES,
  admin: SCOPES,
  editor: MEDIA_SCOPES,
  viewer: ['media:read'],
};

/** The scopes that these include. */
export const expandScopes = (granted: readonly GrantableScope[]): readonly Scope[] =>
  granted.flatMap((scope) => (scope === 'media:write' ? ['media:create', 'media:update'] : [scope]));

/** The scopes of a person in a team. */
export const scopesOfRole = (role: Role): ReadonlySet<Scope> => new Set(ROLE_SCOPES[role]);

/** The scopes of a key: its own, limited to the role of the person who made it. */
export const scopesOfKey = (granted: readonly GrantableScope[], role: Role): ReadonlySet<Scope> => {
  const ceiling = scopesOfRole(role);
  return new Set(expandScopes(granted).filter((scope) => ceiling.has(scope)));
};
