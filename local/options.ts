import { parseArgs } from 'node:util';

/** The options of the command line. */
export interface Options {
  readonly port: number;
  readonly data: string;
  readonly memory: boolean;
  readonly json: boolean;
  readonly watch: boolean;
  readonly verbose: boolean;
  readonly conflicts: boolean;
  readonly help: boolean;
  readonly ledger?: string;
  /** A plan of faults. */
  readonly faults?: string;
  /** Settings for this run, as `-c` of the CDK takes them. */
  readonly context: Readonly<Record<string, string>>;
}

/** A command line that cannot be followed. */
export class BadOptions extends Error {}

/** The help text. */
export const HELP = `Runs Mediashelf on this machine, on embedded servers.

  npm start -- [options]

  --port PORT   port of the HTTP and WebSocket APIs; 0 takes a free one (default 3000)
  --data DIR    folder that everything is kept in (default .mediashelf)
  --memory      keep everything in memory, gone at exit
  --json        print one line of JSON once everything answers
  --watch       rebuild when the code changes
  --verbose     show what the functions log, instead of writing it to DIR/logs
  --no-conflicts  let writes that meet a transaction on one item wait, where DynamoDB refuses them
  --ledger FILE write a line for each call that AWS would charge for
  --faults FILE let calls of services go wrong as a plan says; for tests
  -c KEY=VALUE  a setting for this run, as often as there are settings
  --help        show this text
`;

/** Reads the command line. Throws BadOptions with one line about the fault. */
export const parseOptions = (parameters: readonly string[]): Options => {
  const { port, data, ledger, faults, context = [], ...flags } = readValues(parameters);
  if (flags.memory && data !== undefined) throw new BadOptions('--memory keeps nothing, so it takes no --data.');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new BadOptions(`--port takes a number from 0 to 65535, not "${port}".`);
  }
  if (data === '') throw new BadOptions('--data takes a folder.');
  return {
    port: Number(port ?? 3000),
    data: data ?? '.mediashelf',
    memory: flags.memory ?? false,
    json: flags.json ?? false,
    watch: flags.watch ?? false,
    verbose: flags.verbose ?? false,
    help: flags.help ?? false,
    conflicts: !(flags['no-conflicts'] ?? false),
    ...(ledger === undefined ? {} : { ledger }),
    ...(faults === undefined ? {} : { faults }),
    context: Object.fromEntries(
      context.map((setting) => {
        const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(setting) ?? [];
        if (key === undefined || value === undefined) throw new BadOptions(`-c takes KEY=VALUE, not "${setting}".`);
        return [key, value];
      }),
    ),
  };
};

const readValues = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        memory: { type: 'boolean' },
        json: { type: 'boolean' },
        watch: { type: 'boolean' },
        verbose: { type: 'boolean' },
        'no-conflicts': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        ledger: { type: 'string' },
        faults: { type: 'string' },
        context: { type: 'string', short: 'c', multiple: true },
      },
    }).values;
  } catch (error) {
    throw new BadOptions(`${(error as Error).message.split(/\.\s/)[0]}. See --help.`, { cause: error });
  }
};
