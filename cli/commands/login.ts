import { createClient, type Tokens } from '../../client/node.ts';
import { forgetAccount, keepAccount, openShelf } from '../account.ts';
import { type Command, isSet, say, textFlag } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { askSecret } from '../prompt.ts';

const isAddress = (text: string | undefined): text is string => /^https?:\/\/[^/]+/.test(text ?? '');

export const login: Command = {
  summary: 'sign in, and stay signed in',
  help: `mediashelf login URL --email ADDRESS     with a password
mediashelf login URL --key               with an API key

The password or key is asked for, or read from standard input. The credentials are written to
$XDG_CONFIG_HOME/mediashelf/credentials.json, which only you may read. MEDIASHELF_URL and MEDIASHELF_KEY
in the environment override them.

  --realtime-url URL   the address of the WebSocket API; /ws of URL by default

Examples
  mediashelf login http://127.0.0.1:3000 --email owner@example.com
  mediashelf login https://media.example.com --key < key.txt
`,
  options: { email: { type: 'string' }, key: { type: 'boolean' }, 'realtime-url': { type: 'string' } },
  run: async (given, terminal) => {
    const [url] = given.words;
    const { signal } = terminal;
    const email = textFlag(given, 'email');
    const realtimeUrl = textFlag(given, 'realtime-url');
    if (!isAddress(url)) throw new UsageError('login takes the address of a library: https://...');
    if (isSet(given, 'key') === (email !== undefined)) throw new UsageError('login takes either --email or --key');
    const secret = await askSecret(terminal, email === undefined ? 'API key: ' : 'Password: ');
    if (secret === '') throw new UsageError('Nothing was given to sign in with');
    let tokens: Tokens | undefined;
    const onTokens = (fresh: Tokens): void => {
      tokens = fresh;
    };
    const credential = email === undefined ? { apiKey: secret } : {};
    const shelf = createClient({ url, ...credential, onTokens, retry: { attempts: 3 } });
    if (email !== undefined) await shelf.login(email, secret, { signal });
    const { user, team } = await shelf.call('GET /api/v1/auth/me', { signal });
    await keepAccount(terminal.env, {
      url,
      realtimeUrl,
      ...credential,
      ...(email === undefined ? {} : { email, tokens }),
    });
    say(
      terminal,
      isSet(given, 'json') ? { url, user, team } : `Signed in to ${url} as ${user.email ?? user.id}, team ${team.name}`,
    );
    return EXIT.ok;
  },
};

export const logout: Command = {
  summary: 'sign out, and forget the credentials',
  help: `mediashelf logout

Ends the login, and removes the file of the credentials. An API key stays valid: revoke it in the library.
`,
  options: {},
  run: async (given, terminal) => {
    const shelf = await openShelf(terminal);
    // A key is no login; an ended login needs no logout.
    await shelf.call('POST /api/v1/auth/logout').catch(() => terminal.signal.throwIfAborted());
    await forgetAccount(terminal.env);
    say(terminal, isSet(given, 'json') ? { url: shelf.url, signedOut: true } : `Signed out of ${shelf.url}`);
    return EXIT.ok;
  },
};
