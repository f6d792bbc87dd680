import { parseArgs } from 'node:util';
import { type Command, type Given, say } from './command.ts';
import { edit, restore, rm } from './commands/change.ts';
import { collections } from './commands/collections.ts';
import { completionOf } from './commands/completion.ts';
import { get } from './commands/get.ts';
import { ls, search } from './commands/list.ts';
import { login, logout } from './commands/login.ts';
import { share } from './commands/share.ts';
import { tags } from './commands/tags.ts';
import { upload } from './commands/upload.ts';
import { watch } from './commands/watch.ts';
import { EXIT, exitCodeOf, InterruptedError, UsageError } from './exit.ts';
import { colours, jsonLine, plain, type Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

const COMMON = {
  json: { type: 'boolean' },
  team: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const COMMANDS: Readonly<Record<string, Command>> = {
  login,
  logout,
  upload,
  ls,
  search,
  get,
  edit,
  rm,
  restore,
  tags,
  collections,
  share,
  watch,
  completion: completionOf(() => COMMANDS, COMMON),
};

const COMMON_HELP = `
  --json        lines of JSON in place of text, on standard output
  --team ID     work in this team, not in the default one
  -h, --help    show this text
`;

const overview = (): string => `mediashelf COMMAND [options]

Uploads to a Mediashelf library, and works with what is in it.

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`)
  .join('\n')}
${COMMON_HELP}
Examples
  mediashelf login http://127.0.0.1:3000 --email owner@example.com
  mediashelf upload ~/Pictures --tags harbour
  mediashelf search harbour --json | jq -r .url

Exit codes: 0 done, 1 something failed, 2 a command line that cannot be followed, 3 not signed in or not
allowed, 4 the library does not answer, 130 interrupted. "mediashelf COMMAND --help" tells more, and
"mediashelf --version" the version.
`;

const parse = (args: readonly string[], { options }: Command): Given => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...COMMON, ...options },
      allowPositionals: true,
    });
    return { flags: values as Given['flags'], words: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message.split(/\.\s/)[0], { cause: error });
  }
};

/** Runs a command line; answers the exit code. Nothing is thrown: errors are printed. */
export const run = async (args: readonly string[], terminal: Terminal): Promise<number> => {
  const [name, ...rest] = args;
  let isJson = rest.includes('--json');
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      const asked = rest[0] === undefined ? undefined : COMMANDS[rest[0]];
      const text = asked ? asked.help + COMMON_HELP : overview();
      (name === undefined ? terminal.errors : terminal.out).write(text);
      return name === undefined ? EXIT.usage : EXIT.ok;
    }
    if (name === '--version' || name === '-V') {
      say(terminal, VERSION);
      return EXIT.ok;
    }
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(`There is no command "${plain(name)}"; see mediashelf --help`);
    const given = parse(rest, command);
    isJson = given.flags.json === true;
    if (given.flags.help) {
      terminal.out.write(command.help + COMMON_HELP);
      return EXIT.ok;
    }
    return await command.run(given, terminal);
  } catch (error) {
    if (terminal.signal.aborted || error instanceof InterruptedError) return EXIT.interrupted;
    const { code, message } = error as { code?: string; message: string };
    if (isJson) terminal.errors.write(`${jsonLine({ error: message, code: code ?? null })}\n`);
    else terminal.errors.write(`${colours(terminal).red('mediashelf')}: ${plain(message)}\n`);
    return exitCodeOf(error);
  }
};
