import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { AccountStore } from '../accounts/account-store.ts';
import { type FindHolderDeps, holderOfNamed } from '../accounts/find-holder.ts';
import { hashSecret } from '../accounts/tokens.ts';
import { channelsOf } from '../domain/channels.ts';
import { boundFor, countedFor } from '../domain/counted-for.ts';
import { MediaError } from '../domain/errors.ts';
import { type NamedCredential, namedBy, type Principal, scopesIn } from '../domain/principal.ts';
import type { Settings } from '../domain/settings.ts';
import type { Authenticate } from '../http/api-context.ts';
import { visitorBehindEdge } from '../http/behind-edge.ts';
import { credentialOf, refuseCrossSite } from '../http/credentials.ts';
import { type Caller, countedAddress, type RateLimiter } from '../http/rate-limit.ts';
import { type AdmitConnectionDeps, admitConnection } from './admit-connection.ts';
import { type ConnectionStore, guestsAt, LONGEST_MILLISECONDS } from './connection-store.ts';

/** The event of `$connect`: the handshake's headers and query, which its published type leaves out. */
export type ConnectEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly requestContext: { readonly identity?: { readonly sourceIp?: string } };
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
};

export interface ConnectDeps extends FindHolderDeps, Omit<AdmitConnectionDeps, 'connections'> {
  readonly authenticate: Authenticate;
  readonly accounts: FindHolderDeps['accounts'] & Pick<AccountStore, 'redeemTicket'>;
  readonly connections: Pick<ConnectionStore, 'open' | 'forget'> & AdmitConnectionDeps['connections'];
  /** Counts handshakes: of a person, and of an address with refused handshakes or guests. */
  readonly limit: RateLimiter;
  readonly settings: Pick<Settings, 'realtime'>;
  /** Has the connection closed when its time is over. */
  readonly endAt: (connectionId: string, at: Date) => Promise<void>;
  readonly publicUrl: string;
  /** The digests by which handshakes of the edge are known; none in a stack without one. */
  readonly edge?: readonly Buffer[];
}

interface Accepted {
  readonly statusCode: 200;
  readonly headers?: { readonly 'Sec-WebSocket-Protocol': string };
}

const PROTOCOL = 'mediashelf';
const BEARER_PROTOCOL = /^bearer\.(.+)$/;

/**
 * Opens a connection for a caller with a valid credential: an access token or API key in the `Authorization` header, an access
 * token as the subprotocol `bearer.<token>` beside `mediashelf` (browsers can set no headers), a one-time `ticket` in the
 * query, or the session cookie of a page of the same origin. The connection belongs to one team: the one that `x-team-id` or
 * `team` in the query names, or the default. From the start it receives that team's media and upload events, and messages to
 * the team or to its user.
 */
export const connect =
  (deps: ConnectDeps) =>
  async (event: ConnectEvent): Promise<Accepted> => {
    const headers = lowerCased(event.headers ?? {});
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const holder = await admit(event, headers, protocols, deps);
    const { userId, teamId, scopes, by, guest } = holder;
    const id = event.requestContext.connectionId;
    const address = addressOf(event, headers, deps);
    const now = deps.clock();
    const { ends, most } = await standingOf(holder, deps);
    const endsAt = ends < now.getTime() + LONGEST_MILLISECONDS ? ends : undefined;
    await deps.connections.open(
      {
        ...{ id, userId, teamId, connectedAt: now.toISOString(), scopes: [...scopes], endsAt },
        ...{ credentialId: by.id, credentialKind: by.kind, guest, address },
      },
      channelsOf(userId, by.kind),
    );
    try {
      const counted = countedFor(userId, by);
      await admitConnection({ id, userId: counted.id }, boundFor(counted, most), deps);
      if (guest && address) {
        const { connectionsOfGuestsPerAddress } = deps.settings.realtime;
        await admitConnection({ id, userId: guestsAt(address) }, connectionsOfGuestsPerAddress, deps);
      }
      // Connections that ended just now were searched for before this connection could be found.
      await standingOf(holder, deps);
      if (endsAt !== undefined) await deps.endAt(id, new Date(endsAt));
    } catch (error) {
      await deps.connections.forget(id);
      throw error;
    }
    return protocols.includes(PROTOCOL)
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': PROTOCOL } }
      : { statusCode: 200 };
  };

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const ambiguous = (): MediaError => new MediaError('AMBIGUOUS_CREDENTIALS', 'Send one credential, not several');
const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

interface Holder extends Pick<Principal, 'userId' | 'teamId' | 'scopes' | 'guest'> {
  readonly by: NamedCredential;
}

/**
 * When the credential of a connection expires, in milliseconds since the epoch, and how many connections its person may have.
 * Throws when it has ended: the login is over or its password was changed, the key was revoked, expired or left behind by its
 * maker, or the person is not in the team or has fewer rights there than the connection would.
 */
const standingOf = async (holder: Holder, deps: ConnectDeps) => {
  const { principal, expiresAt } = await holderOfNamed(holder.by, holder, deps);
  const isIn = principal.teams.some(({ teamId }) => teamId === holder.teamId);
  const held = scopesIn(principal, holder.teamId);
  if (!isIn || ![...holder.scopes].every((scope) => held.has(scope))) throw refused();
  const { connectionsPerGuest, connectionsPerPerson } = deps.settings.realtime;
  return { ends: expiresAt, most: principal.guest ? connectionsPerGuest : connectionsPerPerson };
};

/** The address of the visitor, as attempts are counted. */
const addressOf = (
  { requestContext: { identity } }: ConnectEvent,
  headers: Readonly<Record<string, string>>,
  { edge = [] }: Pick<ConnectDeps, 'edge'>,
): string | undefined => {
  const address = visitorBehindEdge(headers, edge) ?? identity?.sourceIp;
  return address ? countedAddress(address) : undefined;
};

/**
 * The caller of a handshake, within the limits. A refused caller is counted by address, as a stranger; so is a guest beside
 * their own limit, since an address makes many guests.
 */
const admit = async (
  event: ConnectEvent,
  headers: Record<string, string>,
  protocols: readonly string[],
  deps: ConnectDeps,
): Promise<Holder> => {
  const count = async (caller: Caller): Promise<void> => {
    const standing = await deps.limit(caller);
    if (!standing?.exceeded) return;
    throw new MediaError('RATE_LIMITED', 'Too many handshakes', { retryAfter: standing.reset });
  };
  const address = addressOf(event, headers, deps);
  let holder: Holder;
  try {
    holder = await whoConnects(event, headers, protocols, deps);
  } catch (error) {
    if (address && error instanceof MediaError && error.status < 500) await count({ kind: 'address', id: address });
    throw error;
  }
  const counted = countedFor(holder.userId, holder.by);
  await count({ kind: counted.isKey ? 'key' : 'user', id: `handshake#${counted.id}` });
  if (holder.guest && address) await count({ kind: 'address', id: address });
  return holder;
};

const whoConnects = async (
  event: ConnectEvent,
  headers: Record<string, string>,
  protocols: readonly string[],
  deps: ConnectDeps,
): Promise<Holder> => {
  const ticket = event.queryStringParameters?.ticket;
  const bearer = protocols.map((name) => BEARER_PROTOCOL.exec(name)?.[1]).find((token) => token !== undefined);
  const { authorization, cookie } = headers;
  if ([ticket, bearer, authorization].filter(Boolean).length > 1) throw ambiguous();
  if (ticket) return holderOfTicket(ticket, deps);
  // A browser sends its cookies with every handshake, so they are ignored beside a credential that a page chose.
  const credential = credentialOf(
    {
      headers: bearer ? { ...headers, authorization: `Bearer ${bearer}` } : headers,
      cookies: bearer ? [] : (cookie ?? '').split(/; */),
    },
    deps.publicUrl,
  );
  if (!credential) throw refused();
  if (credential.kind === 'session') {
    // Unlike other requests, a handshake from a page always says where the page is from.
    if (headers.origin === undefined) throw new MediaError('CROSS_SITE', 'Cross-site request refused');
    refuseCrossSite({ headers }, deps.publicUrl, []);
  }
  const principal = await deps.authenticate(credential, {
    fresh: true,
    teamId: headers['x-team-id'] ?? event.queryStringParameters?.team,
  });
  if (!principal.scopes.has('media:read')) throw new MediaError('FORBIDDEN', 'Insufficient permissions');
  return { ...principal, by: namedBy(principal) };
};

/** A ticket has the present rights of the credential that made it. */
const holderOfTicket = async (secret: string, deps: ConnectDeps): Promise<Holder> => {
  const ticket = await deps.accounts.redeemTicket(hashSecret(secret));
  if (!ticket || ticket.expiresAt <= deps.clock().toISOString()) throw refused();
  const { principal } = await holderOfNamed(ticket.by, ticket, deps);
  const held = scopesIn(principal, ticket.teamId);
  const scopes = new Set(ticket.scopes.filter((scope) => held.has(scope)));
  return { ...ticket, scopes, ...(principal.guest ? { guest: true } : {}) };
};
