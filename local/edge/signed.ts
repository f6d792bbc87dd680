import { createPublicKey, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What signs an address: of its parameters, or of cookies. */
interface Signature {
  readonly keyId: string;
  readonly signature: string;
  readonly policy?: string;
  readonly expires?: string;
  readonly algorithm: string;
}

/** CloudFront's base64, which has no letters that mean something in an address. */
const bytesOf = (text: string): Buffer =>
  Buffer.from(
    text.replace(/[-_~]/g, (letter) => ({ '-': '+', _: '=', '~': '/' })[letter] ?? ''),
    'base64',
  );

const cookiesOf = ({ headers }: IncomingMessage): ReadonlyMap<string, string> =>
  new Map(
    (headers.cookie ?? '').split(';').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const;
    }),
  );

/** An address with any parameter of a signature is a signed address, and its cookies are not looked at. */
const signatureOf = (incoming: IncomingMessage): Signature | undefined => {
  const query = new URLSearchParams((incoming.url ?? '').split('?').slice(1).join('?'));
  const inQuery = ['Signature', 'Key-Pair-Id', 'Policy', 'Expires'].some((name) => query.has(name));
  const cookies = cookiesOf(incoming);
  const read = (name: string) => (inQuery ? (query.get(name) ?? undefined) : cookies.get(`CloudFront-${name}`));
  const [keyId, signature, policy, expires] = ['Key-Pair-Id', 'Signature', 'Policy', 'Expires'].map(read);
  if (!keyId || !signature) return undefined;
  return {
    keyId,
    signature,
    ...(policy === undefined ? {} : { policy }),
    ...(expires === undefined ? {} : { expires }),
    algorithm: read('Hash-Algorithm') ?? 'SHA1',
  };
};

const matches = (resource: string, address: string): boolean => {
  const pattern = resource
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`).test(address);
};

interface Policy {
  readonly Statement?: readonly {
    readonly Resource?: string;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }[];
}

const allows = (policy: Policy, address: string, now: number): boolean => {
  const [statement, ...others] = policy.Statement ?? [];
  if (!statement || others.length > 0) return false;
  const { DateLessThan, DateGreaterThan, ...unknown } = statement.Condition ?? {};
  if (Object.keys(unknown).length > 0)
    throw new Error('The policy of an address has a condition that is not known here.');
  const [before, after] = [DateLessThan, DateGreaterThan].map((each) => each?.['AWS:EpochTime']);
  if (typeof before !== 'number' || now >= before * 1000) return false;
  if (after !== undefined && now <= Number(after) * 1000) return false;
  return statement.Resource === undefined || matches(statement.Resource, address);
};

/**
 * Whether one of the keys signed this address, as it was sent, for now. The address is the one of the distribution, with all
 * parameters that are not the signature's.
 */
export const isSigned = (
  incoming: IncomingMessage,
  { origin, keys, now }: { origin: string; keys: ReadonlyMap<string, string>; now: number },
): boolean => {
  const claim = signatureOf(incoming);
  const key = claim && keys.get(claim.keyId);
  if (!claim || !key || !['SHA1', 'SHA256'].includes(claim.algorithm)) return false;
  const [path = '/', query] = (incoming.url ?? '/').split('?');
  const others = (query ?? '')
    .split('&')
    .filter((pair) => pair !== '' && !/^(Expires|Policy|Signature|Key-Pair-Id|Hash-Algorithm)=/.test(pair));
  const address = `${origin}${path}${others.length > 0 ? `?${others.join('&')}` : ''}`;
  const signedText =
    claim.policy === undefined
      ? `{"Statement":[{"Resource":"${address}","Condition":{"DateLessThan":{"AWS:EpochTime":${claim.expires ?? ''}}}}]}`
      : bytesOf(claim.policy).toString();
  let policy: Policy;
  try {
    policy = JSON.parse(signedText) as Policy;
  } catch {
    return false;
  }
  const genuine = verify(claim.algorithm, Buffer.from(signedText), createPublicKey(key), bytesOf(claim.signature));
  return genuine && allows(policy, address, now);
};
