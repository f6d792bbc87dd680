import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { descendantsOf } from './processes.ts';

/** The listening address of a process. */
export interface ListeningPort {
  readonly host: string;
  readonly port: number;
}

const LISTENING = '0A';

/** The kernel writes an address as words of four bytes, each in the order of this machine: little-endian. */
const hostOf = (hex: string): string => {
  const bytes = Buffer.from(hex, 'hex');
  const words = Array.from({ length: bytes.length / 4 }, (_, word) => bytes.subarray(word * 4, word * 4 + 4).reverse());
  const address = Buffer.concat(words);
  return address.length === 4 ? [...address].join('.') : (address.toString('hex').match(/.{4}/g) ?? []).join(':');
};

const listeningSockets = (): ReadonlyMap<string, ListeningPort> =>
  new Map(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === LISTENING)
        .map(([, local = '', , , , , , , , inode = '']): [string, ListeningPort] => {
          const [host = '', port = ''] = local.split(':');
          return [inode, { host: hostOf(host), port: Number.parseInt(port, 16) }];
        }),
    ),
  );

const socketsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    // It ended, or closed the file that was being read.
    return [];
  }
};

/** Every port at which a process or its children listen, as the kernel of Linux knows it. */
export const listeningPortsOf = (pid: number): readonly ListeningPort[] => {
  const listening = listeningSockets();
  const found = [pid, ...descendantsOf(pid).map((each) => each.pid)].flatMap((each) =>
    socketsOf(each).flatMap((inode) => listening.get(inode) ?? []),
  );
  return [...new Map(found.map((each) => [`${each.host}:${each.port}`, each])).values()];
};
