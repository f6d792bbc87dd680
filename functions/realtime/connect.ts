import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { AccountStore } from '../accounts/account-store.ts';
import { hashSecret } from '../accounts/tokens.ts';
import { credentialOf, refuseCrossSite } from '../api/credentials.ts';
import type { Authenticate } from '../api/serve.ts';
import { channelsOf } from '../domain/channels.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Principal } from '../domain/principal.ts';
import { scopesOfRole } from '../domain/scopes.ts';
import type { ConnectionStore } from '../stores/connection-store.ts';

/** What API Gateway sends for `$connect`: the handshake's headers and query, which its published type leaves out. */
export type ConnectEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
};

export interface ConnectDeps {
  readonly authenticate: Authenticate;
  readonly accounts: Pick<AccountStore, 'redeemTicket' | 'role' | 'session' | 'apiKeys'>;
  readonly connections: Pick<ConnectionStore, 'open' | 'forget'>;
  readonly publicUrl: string;
  readonly clock: Clock;
}

interface Accepted {
  readonly statusCode: 200;
  readonly headers?: { readonly 'Sec-WebSocket-Protocol': string };
}

const PROTOCOL = 'mediashelf';
const BEARER_PROTOCOL = /^bearer\.(.+)$/;

/**
 * Opens a connection for whoever proves who they are: an access token or API key in the `Authorization` header, an access token as
 * the subprotocol `bearer.<token>` beside `mediashelf` (browsers can set no headers), a one-time `ticket` in the query, or
 * the session cookie of a page of the same origin. The connection belongs to one team: the one that `x-team-id` or `team` in the
 * query names, or the default. It hears of that team's media and uploads, and what is said to the team or to its user, from
 * the start.
 */
export const connect =
  (deps: ConnectDeps) =>
  async (event: ConnectEvent): Promise<Accepted> => {
    const headers = lowerCased(event.headers ?? {});
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const holder = await whoConnects(event, headers, protocols, deps);
    const { userId, teamId, scopes, credential } = holder;
    const id = event.requestContext.connectionId;
    const connectedAt = deps.clock().toISOString();
    await deps.connections.open(
      { id, userId, teamId, connectedAt, scopes: [...scopes], credentialId: credential.id },
      channelsOf(userId),
    );
    // Who was shown out just now was looked for before this connection could be found.
    if (!(await stillHolds(holder, deps))) {
      await deps.connections.forget(id);
      throw refused();
    }
    return protocols.includes(PROTOCOL)
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': PROTOCOL } }
      : { statusCode: 200 };
  };

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const ambiguous = (): MediaError => new MediaError('AMBIGUOUS_CREDENTIALS', 'Send one credential, not several');
const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

type Holder = Pick<Principal, 'userId' | 'teamId' | 'scopes' | 'credential'>;

const stillHolds = async (
  { userId, teamId, scopes, credential }: Holder,
  { accounts }: ConnectDeps,
): Promise<boolean> => {
  const role = await accounts.role(teamId, userId);
  const held = role && scopesOfRole(role);
  if (!held || ![...scopes].every((scope) => held.has(scope))) return false;
  if (credential.kind === 'api-key') return (await accounts.apiKeys(teamId)).some(({ id }) => id === credential.id);
  return (await accounts.session(credential.id)) !== undefined;
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
  // A browser sends its cookies with every handshake, so beside what a page chose they count for nothing.
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
  return principal;
};

/** A ticket opens what its maker may open at this moment, and no more than they could when they made it. */
const holderOfTicket = async (secret: string, { accounts, clock }: ConnectDeps): Promise<Holder> => {
  const ticket = await accounts.redeemTicket(hashSecret(secret));
  if (!ticket || ticket.expiresAt <= clock().toISOString()) throw refused();
  const { userId, teamId, credential } = ticket;
  const role = await accounts.role(teamId, userId);
  const keys = credential.kind === 'api-key' ? await accounts.apiKeys(teamId) : undefined;
  if (!role || (keys && !keys.some(({ id }) => id === credential.id))) throw refused();
  const held = scopesOfRole(role);
  return { userId, teamId, credential, scopes: new Set(ticket.scopes.filter((scope) => held.has(scope))) };
};
