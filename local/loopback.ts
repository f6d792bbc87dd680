import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** The announced address. */
export const LOOPBACK = '127.0.0.1';

const OWN_HOST = /^(?:(?:[a-z0-9-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a `Host` header names this machine itself.
 *
 * A page whose name resolves to this machine (DNS rebinding) is of one origin with every server here. Its own name reveals it:
 * a browser sends that, and no page can change it.
 */
export const isOwnHost = (host: string | undefined): boolean => OWN_HOST.test(host ?? '');

/** A free port of the loopback. */
export interface FreeAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Finds a free port at a random address of 127.0.0.0/8, for a program that answers all callers.
 *
 * Web pages can call any address of the loopback that they know. They cannot find one of 2^24 addresses, drawn anew for each
 * start and known to no other program. If the system only has 127.0.0.1 (macOS), only the port is random.
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

/** Has a server listen on a port of the loopback, or on a free one while another program has that. Answers the port. */
export const listenOn = async (server: Server, wanted: number): Promise<number> => {
  for (const port of wanted === 0 ? [0] : [wanted, 0]) {
    try {
      server.listen(port, LOOPBACK);
      await once(server, 'listening');
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === 0) throw error;
    }
  }
  return (server.address() as AddressInfo).port;
};

const freePort = async (host: string): Promise<number> => {
  const probe = createServer().listen(0, host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
