import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import type { AccountStore } from '../accounts/account-store.ts';
import { hashSecret } from '../accounts/tokens.ts';
import { credentialOf, refuseCrossSite } from '../api/credentials.ts';
import type { Authenticate } from '../api/serve.ts';
import { SYSTEM_CHANNELS } from '../domain/channels.ts';
import { MediaError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { ConnectionStore } from '../stores/connection-store.ts';

/** What API Gateway sends for `$connect`: the handshake's headers and query, which its published type leaves out. */
export type ConnectEvent = APIGatewayProxyWebsocketEventV2 & {
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
};

export interface ConnectDeps {
  readonly authenticate: Authenticate;
  readonly accounts: Pick<AccountStore, 'redeemTicket' | 'role'>;
  readonly connections: Pick<ConnectionStore, 'open' | 'subscribe'>;
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
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
 * the session cookie of a page of the same origin. The connection listens to its team's media and uploads from the start.
 */
export const connect =
  (deps: ConnectDeps) =>
  async (event: ConnectEvent): Promise<Accepted> => {
    const headers = lowerCased(event.headers ?? {});
    const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const { userId, teamId } = await whoConnects(event, headers, protocols, deps);
    const id = event.requestContext.connectionId;
    const connection = { id, userId, teamId, connectedAt: deps.clock().toISOString() };
    await deps.connections.open(connection);
    for (const channel of SYSTEM_CHANNELS) await deps.connections.subscribe(connection, channel);
    return protocols.includes(PROTOCOL)
      ? { statusCode: 200, headers: { 'Sec-WebSocket-Protocol': PROTOCOL } }
      : { statusCode: 200 };
  };

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const refused = (): MediaError => new MediaError('UNAUTHORIZED', 'Unauthorized');

const whoConnects = async (
  event: ConnectEvent,
  headers: Record<string, string>,
  protocols: readonly string[],
  deps: ConnectDeps,
): Promise<{ userId: string; teamId: string }> => {
  const ticket = event.queryStringParameters?.ticket;
  if (ticket) return holderOfTicket(ticket, deps);
  const bearer = protocols.map((name) => BEARER_PROTOCOL.exec(name)?.[1]).find((token) => token !== undefined);
  const authorization = headers.authorization ?? (bearer ? `Bearer ${bearer}` : undefined);
  const credential = credentialOf({
    headers: authorization === undefined ? {} : { authorization },
    cookies: authorization === undefined ? (headers.cookie ?? '').split(/; */) : [],
  });
  if (!credential) throw refused();
  if (credential.kind === 'session') refuseCrossSite({ headers }, deps.publicUrl, deps.allowedOrigins);
  const principal = await deps.authenticate(credential, { fresh: true });
  if (!principal.scopes.has('media:read')) throw new MediaError('FORBIDDEN', 'Insufficient permissions');
  return principal;
};

const holderOfTicket = async (ticket: string, { accounts, clock }: ConnectDeps) => {
  const found = await accounts.redeemTicket(hashSecret(ticket));
  if (!found || found.expiresAt <= clock().toISOString()) throw refused();
  if (!(await accounts.role(found.teamId, found.userId))) throw refused();
  return found;
};
