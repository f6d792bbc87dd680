import type { IncomingMessage } from 'node:http';
import { isOwnHost } from '../loopback.ts';
import type { BehaviourSpec } from '../template/edge.ts';
import type { WholeAnswer } from './cache.ts';
import { isSigned } from './signed.ts';

/** CloudFront's quotas, in bytes. */
const LONGEST_ADDRESS = 8192;
export const LONGEST_HEAD = 32_768;

/** An answer of the edge itself, which is kept nowhere. */
export const refusal = (status: number, message: string): WholeAnswer => ({
  status,
  headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
  body: Buffer.from(message),
});

const headBytes = ({ rawHeaders, url = '' }: IncomingMessage): number =>
  rawHeaders.reduce((sum, each) => sum + each.length, url.length);

/** Why CloudFront itself refuses a request, before any program or origin sees it. Keys of signatures are those of the behaviour, resolved. */
export const refused = (
  incoming: IncomingMessage,
  { methods }: Pick<BehaviourSpec, 'methods'>,
  { origin, keys, now }: { origin: string; keys: ReadonlyMap<string, string> | undefined; now: number },
): WholeAnswer | undefined => {
  const { method = 'GET', headers } = incoming;
  if (!isOwnHost(headers.host)) return refusal(403, 'This host is not served here.');
  if ((incoming.url ?? '').length > LONGEST_ADDRESS) return refusal(414, 'The address is too long.');
  if (headBytes(incoming) > LONGEST_HEAD) return refusal(413, 'The request is too large.');
  if (!methods.includes(method)) return refusal(403, 'This method is not allowed here.');
  const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined;
  if (hasBody && ['GET', 'HEAD'].includes(method)) return refusal(403, 'A GET has no body.');
  if (keys && !isSigned(incoming, { origin, keys, now })) return refusal(403, 'Access denied');
  return undefined;
};
