import { promises as dns, type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { MediaError } from '../domain/errors.ts';

/** IPv4 ranges that no host on the Internet has (IANA's special-purpose registry, multicast and reserved ones). */
const NOT_PUBLIC: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Instance metadata is here.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];
/** IPv6 addresses that are assigned to hosts, without those for documentation and those that stand for IPv4 addresses. */
const GIVEN_OUT = ['2000::', 3] as const;
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const closed = new BlockList();
for (const [address, bits] of NOT_PUBLIC) closed.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of NOT_PUBLIC_6) closed.addSubnet(address, bits, 'ipv6');
const open6 = new BlockList();
open6.addSubnet(...GIVEN_OUT, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an address can belong to a host on the Internet. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  return family === 6 && open6.check(address, 'ipv6') && !closed.check(address, 'ipv6');
};

/** Which addresses may be called: public ones, or loopback where the settings let it. */
export const mayCall = (address: string, toLoopback: boolean): boolean =>
  isPublicAddress(address) || (toLoopback && loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));

/** The message for every address that is not called, so that it reveals nothing about internal names and networks. */
export const NOT_CALLED = 'This address cannot be called';

/**
 * Names are resolved with a time limit, and not in Node.js's four system threads: a name server that never answers delays no
 * other delivery.
 */
const RESOLVE = { timeout: 2000, tries: 2 } as const;

const resolve = async (hostname: string): Promise<LookupAddress[]> => {
  const resolver = new dns.Resolver(RESOLVE);
  const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return answers.flatMap((answer, index) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: index === 0 ? 4 : 6 })) : [],
  );
};

/** This machine has its name from no server. */
const resolveHere = (): Promise<LookupAddress[]> =>
  new Promise((done) => lookup('localhost', { all: true }, (error, found) => done(error ? [] : found)));

/**
 * Resolves a name for a connection and refuses it unless every address may be called. Checked here and not before, because a
 * name can stand for another address each time that it is asked for. A name that stands for nothing is refused in the same words.
 */
export const guardedLookup =
  (toLoopback: boolean): LookupFunction =>
  (hostname, options, callback) => {
    const answer = async (): Promise<void> => {
      const found = toLoopback && hostname === 'localhost' ? await resolveHere() : await resolve(hostname);
      if (found.length === 0 || !found.every(({ address }) => mayCall(address, toLoopback))) {
        return callback(new Error(NOT_CALLED), '', 0);
      }
      if (options.all) return callback(null, found);
      callback(null, found[0]?.address ?? '', found[0]?.family);
    };
    void answer();
  };

/** Ports of receivers: that of https, and the alternative one. Others belong to services that are not webhooks. */
const PORTS = ['', '443', '8443'];

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** Throws unless a team may name this address for its events. */
export const admitUrl = (text: string, toLoopback: boolean): URL => {
  const wrong = (message: string): MediaError =>
    new MediaError('VALIDATION', 'Invalid request body', { fields: [{ code: 'custom', path: ['url'], message }] });
  const url = URL.parse(text);
  if (!url) throw wrong('Expected an address');
  if (url.username || url.password) throw wrong('Names and passwords do not belong into an address');
  const host = hostOf(url);
  const local =
    toLoopback && (host === 'localhost' || (isIP(host) !== 0 && mayCall(host, true) && !isPublicAddress(host)));
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) throw wrong('Expected an address with https');
  if (!local && (host === 'localhost' || (isIP(host) !== 0 && !isPublicAddress(host)))) throw wrong(NOT_CALLED);
  if (!local && !PORTS.includes(url.port)) throw wrong('Expected the port 443 or 8443');
  return url;
};
