import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The ports of the services that free ones were drawn for. */
export interface KeptPorts {
  /** The port of the last run; 0 when there is none. */
  port(name: string): number;
  /** Notes the ports of this run, by the addresses of the services. */
  keep(urls: Readonly<Record<string, string>>): void;
}

/**
 * Notes ports in a data folder. The next run takes them if they are free, so that presigned requests, whose signature names the
 * port, outlive a restart.
 */
export const keptPorts = (folder: string): KeptPorts => {
  const file = join(folder, 'ports.json');
  const known = read(file);
  return {
    port: (name) => {
      const port = Number(known[name]);
      return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
    },
    keep: (urls) => {
      const ports = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, Number(new URL(url).port)]));
      writeFileSync(`${file}.new`, JSON.stringify(ports), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
};

/** A missing or damaged file costs nothing but new ports. */
const read = (file: string): Readonly<Record<string, unknown>> => {
  try {
    return { ...JSON.parse(readFileSync(file, 'utf8')) };
  } catch {
    return {};
  }
};
