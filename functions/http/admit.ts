import { type ErrorCode, MediaError } from '../domain/errors.ts';
import { insufficient, type Principal, teamsWith } from '../domain/principal.ts';
import type { Scope } from '../domain/scopes.ts';
import { addressOf } from './address-of.ts';
import type { ApiContext } from './api-context.ts';
import { credentialOf, refuseCrossSite } from './credentials.ts';
import type { FormEvent } from './form-event.ts';
import type { Access, Route } from './route.ts';

/** Counts a request for its caller; as one call by default. */
export type Count = (event: FormEvent, principal: Principal | undefined, calls?: number) => Promise<void>;

const isWrite = ({ method, writes }: Pick<Route, 'method' | 'writes'>): boolean =>
  writes === true || (method !== 'GET' && method !== 'HEAD');
const isCookie = ({ kind }: { kind: string }): boolean => kind === 'session' || kind === 'refresh';

/** The caller: identified, within the limits, and with the scope of the route. */
export const admit = async (
  event: FormEvent,
  route: Route<unknown, unknown>,
  api: ApiContext,
  count: Count,
): Promise<Principal | undefined> => {
  let principal: Principal | undefined;
  try {
    principal = withAddress(await identify(event, route, api), event);
  } catch (error) {
    // A caller with a wrong credential is counted by address, as a stranger.
    if (error instanceof MediaError && error.status < 500) await count(event, undefined);
    throw error;
  }
  await countFor(event, principal, route, api, count);
  const admitted = principal && withScope(principal, route);
  if (route.needsUploads && !api.settings.uploadsEnabled) {
    throw new MediaError('UPLOADS_OFF', 'This service is not handling file uploads.');
  }
  return admitted;
};

const withAddress = (principal: Principal | undefined, event: FormEvent): Principal | undefined =>
  principal?.guest ? { ...principal, address: addressOf(event) } : principal;

const countFor = async (
  event: FormEvent,
  principal: Principal | undefined,
  { exchanges }: Route<unknown, unknown>,
  { authenticate, publicUrl }: ApiContext,
  count: Count,
): Promise<void> => {
  try {
    await count(event, principal);
  } catch (error) {
    const credential = isCode(error, 'RATE_LIMITED') ? exchanges?.(event, publicUrl) : undefined;
    if (!credential) throw error;
    const holder = await authenticate(credential, { fresh: false, teamId: undefined }).catch(() => undefined);
    if (!holder || holder.guest) throw error;
    await count(event, holder);
  }
};

const identify = async (
  event: FormEvent,
  route: Route<unknown, unknown>,
  { authenticate, dialects, publicUrl, settings }: ApiContext,
): Promise<Principal | undefined> => {
  const { access, dialect } = route;
  const write = isWrite(route);
  if (access === 'public') {
    // No credential guards it, but it may set cookies: another site must not log its visitors in, nor refresh them.
    if (write) refuseCrossSite(event, publicUrl, settings.allowedOrigins);
    return undefined;
  }
  const credential = credentialOf(event, publicUrl, dialects[dialect].credentials);
  if (!credential && access !== 'optional') throw new MediaError('UNAUTHORIZED', 'Unauthorized');
  // Without a credential it may set cookies as well, as above.
  if (write && (!credential || isCookie(credential))) refuseCrossSite(event, publicUrl, settings.allowedOrigins);
  if (!credential) return undefined;
  try {
    return await authenticate(credential, { fresh: write, teamId: event.headers['x-team-id'] });
  } catch (error) {
    // A browser keeps sending a cookie whose session has ended; a header was set on purpose.
    if (access === 'optional' && isCookie(credential) && isCode(error, 'UNAUTHORIZED')) return undefined;
    throw error;
  }
};

const isCode = (error: unknown, code: ErrorCode): boolean => error instanceof MediaError && error.code === code;

/** The principal, with the scope that the route needs; throws when no team gives it. */
const withScope = (principal: Principal, { access, alsoFor, scopeIn }: Route<unknown, unknown>): Principal => {
  if (!isScope(access)) return principal;
  const anywhere = (scope: Scope): boolean => teamsWith(principal, scope).length > 0;
  const held =
    scopeIn === 'found'
      ? anywhere(access) || (alsoFor !== undefined && anywhere(alsoFor))
      : principal.scopes.has(access);
  if (!held) throw insufficient(access);
  return { ...principal, needs: access };
};

const isScope = (access: Access): access is Scope =>
  access !== 'public' && access !== 'optional' && access !== 'signed-in';
