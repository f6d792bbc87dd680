import type { AccountStore } from '../accounts/account-store.ts';
import { type Holder, holderOfFoundKey, holderOfSession } from '../accounts/authenticate.ts';
import type { UploadClaims, UploadTokens } from '../accounts/upload-tokens.ts';
import type { Authenticate } from '../api/serve.ts';
import { MediaError, notFound } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { type Principal, scopesIn } from '../domain/principal.ts';

export interface UploaderDeps {
  readonly accounts: Pick<AccountStore, 'session' | 'person' | 'role' | 'apiKeyById'>;
  readonly tokens: Pick<UploadTokens, 'verify'>;
  readonly clock: Clock;
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
    const { principal } = await holderOf(claims, deps);
    if (principal.userId !== claims.userId) throw refused();
    if (options.teamId !== undefined && options.teamId !== claims.teamId) throw notFound('Team');
    return uploaderIn(claims, principal);
  };

const holderOf = async ({ teamId, by }: UploadClaims, deps: UploaderDeps): Promise<Holder> => {
  if (by.kind === 'api-key') {
    const key = await deps.accounts.apiKeyById(teamId, by.id);
    if (!key) throw refused();
    return holderOfFoundKey(key, deps);
  }
  const session = await deps.accounts.session(by.id);
  if (!session) throw refused();
  return holderOfSession(session, 'access-token', deps);
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
    credential: { kind: 'upload-token', id: by.id },
  };
};
