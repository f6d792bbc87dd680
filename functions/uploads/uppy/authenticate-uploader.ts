import { type FindHolderDeps, holderOfNamed } from '../../accounts/find-holder.ts';
import type { UploadClaims, UploadTokens } from '../../accounts/upload-tokens.ts';
import { MediaError, notFound } from '../../domain/errors.ts';
import { type Principal, scopesIn } from '../../domain/principal.ts';
import type { Authenticate } from '../../http/api-context.ts';

export interface UploaderDeps extends FindHolderDeps {
  readonly tokens: Pick<UploadTokens, 'verify'>;
}

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

/**
 * Finds who holds an upload token, and leaves every other credential to `others`. A token is worth what the login or key
 * is worth at this moment by which it was asked for: it ends with it, and brings files into one team and does nothing else.
 */
export const uploaderAuthenticator =
  (others: Authenticate, deps: UploaderDeps): Authenticate =>
  async (credential, options) => {
    if (credential.kind !== 'upload-token') return others(credential, options);
    const claims = await deps.tokens.verify(credential.token);
    const { principal } = await holderOfNamed(claims.by, claims, deps);
    if (options.teamId !== undefined && options.teamId !== claims.teamId) throw notFound('Team');
    return uploaderIn(claims, principal);
  };

const uploaderIn = ({ teamId, by }: UploadClaims, principal: Principal): Principal => {
  const membership = principal.teams.find((each) => each.teamId === teamId);
  if (!membership) throw refused();
  const held = scopesIn(principal, teamId);
  return {
    ...principal,
    ...membership,
    scopes: new Set(held.has('media:create') ? ['media:create'] : []),
    teams: [membership],
    credential: { kind: 'upload-token', id: by.id, by, passwordVersion: principal.credential.passwordVersion },
  };
};
