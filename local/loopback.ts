import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The address that people and programs are told. */
export const LOOPBACK = '127.0.0.1';

const OWN_HOST = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a `Host` header names this machine itself.
 *
 * A page whose name was made to point here (DNS rebinding) is of one origin with everything that answers it. Its own
 * name is what gives it away: a browser sends that, and no page can change it.
 */
export const isOwnHost = (host: string | undefined): boolean => OWN_HOST.test(host ?? '');

/** A free port of the loopback. */
export interface FreeAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Finds a free port at a random address of 127.0.0.0/8, for a program that answers everybody who reaches it.
 *
 * Web pages reach any address of the loopback that they know. One of 2^24 addresses, drawn anew for each start and told
 * to no other program, they do not find. Where the system has 127.0.0.1 alone (macOS), only the port is random.
 */
export const freeHiddenAddress = async (): Promise<FreeAddress> => {
  // 127.0.0.0/16 has the addresses in common use: 127.0.0.1, and 127.0.1.1 for the name of the machine.
  const host = [127, randomInt(1, 256), randomInt(0, 256), randomInt(1, 255)].join('.');
  try {
    return { host, port: await freePort(host) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRNOTAVAIL') throw error;
    return { host: LOOPBACK, port: await freePort(LOOPBACK) };
  }
};

const freePort = async (host: string): Promise<number> => {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
