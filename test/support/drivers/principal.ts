import type { Principal } from '../../../functions/domain/principal.ts';
import { type Role, scopesOfRole } from '../../../functions/domain/scopes.ts';

/** A person in one team, as authentication would have found them. */
export const aPrincipal = ({ role = 'owner', ...fields }: Partial<Principal> & { role?: Role } = {}): Principal => {
  const teamId = fields.teamId ?? 'team';
  return {
    userId: 'user',
    teamId,
    role,
    scopes: scopesOfRole(role),
    teams: [{ teamId, role }],
    credential: { kind: 'session', id: 'session' },
    ...fields,
  };
};
