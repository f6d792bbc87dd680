import type { AwsService } from '../aws/protocol.ts';
import type { AccessControl, FunctionHost, Service } from '../ports.ts';
import type { Exchange } from './entry.ts';
import { callerOf, meteredFunctions, meteredS3, meteredService, openLedger, type Sized } from './ledger-file.ts';
import { meteredTable } from './metered-table.ts';

type Services = Readonly<Record<string, AwsService>>;

/** Meters around the parts of a runtime. */
export interface Meters extends Service {
  functions<Host extends FunctionHost & { spec(name: string): Sized }>(host: Host): Host;
  services(services: Services): Services;
  /** What S3 takes as options. */
  s3(access: Pick<AccessControl, 'lookup'>): { readonly observeS3?: (exchange: Exchange) => void };
}

const NONE: Meters = {
  functions: (host) => host,
  services: (services) => services,
  s3: () => ({}),
  stop: async () => {},
};

/** Meters that write to a file; without one, everything stays as it is. */
export const openMeters = (path: string | undefined): Meters => {
  if (path === undefined) return NONE;
  const ledger = openLedger(path);
  return {
    functions: (host) => meteredFunctions(host, ledger),
    services: (services) =>
      Object.fromEntries(
        Object.entries(services).map(([name, service]) => [
          name,
          name === 'dynamodb' ? meteredTable(service, ledger, callerOf) : meteredService(name, service, ledger),
        ]),
      ),
    s3: ({ lookup }) => ({
      observeS3: meteredS3(ledger, (key) => {
        const known = lookup(key);
        return known === undefined ? 'unknown' : callerOf(known);
      }),
    }),
    stop: ledger.stop,
  };
};
