import { join } from 'node:path';
import { type Call, createClient, type Mediashelf, type Tokens } from '../client/node.ts';
import { SignedOutError } from './exit.ts';
import { configFolder, readJson, removeFile, writeJson } from './files-of-user.ts';
import type { Terminal } from './terminal.ts';

/** The stored credentials of `login`. */
export interface Account {
  readonly url: string;
  readonly realtimeUrl?: string | undefined;
  readonly email?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly tokens?: Tokens | undefined;
}

type Environment = Terminal['env'];

const pathOf = (env: Environment): string => join(configFolder(env), 'credentials.json');

export const keepAccount = (env: Environment, account: Account): Promise<void> => writeJson(pathOf(env), account);
export const forgetAccount = (env: Environment): Promise<void> => removeFile(pathOf(env));
export const keptAccount = (env: Environment): Promise<Account | undefined> => readJson<Account>(pathOf(env));

/** The credentials and the address: the environment overrides those of `login`. */
export const accountOf = async (env: Environment): Promise<Account> => {
  const { MEDIASHELF_URL: url, MEDIASHELF_KEY: apiKey, MEDIASHELF_REALTIME_URL: realtimeUrl } = env;
  if (url && apiKey) return { url, apiKey, realtimeUrl };
  const kept = await keptAccount(env);
  if (!kept) throw new SignedOutError('You are not signed in. See: mediashelf login --help');
  return realtimeUrl ? { ...kept, realtimeUrl } : kept;
};

/** An interactive call is not retried as long as an upload. */
const IMPATIENT = { attempts: 4 };
/** An upload waits five minutes for a server to be back. */
const PATIENT = { attempts: 24 };

export interface OpenOptions {
  readonly team?: string | undefined;
  /** Retries as long as the client does by default. */
  readonly isPatient?: boolean;
}

/** The library, for the signed-in person. Ctrl-C cancels all calls. */
export const openShelf = async (
  { env, signal }: Terminal,
  { team, isPatient = false }: OpenOptions = {},
): Promise<Mediashelf & { readonly url: string }> => {
  const account = await accountOf(env);
  const { url, realtimeUrl, apiKey, tokens } = account;
  const shelf = createClient({
    url,
    realtimeUrl,
    apiKey,
    tokens,
    team,
    retry: isPatient ? PATIENT : IMPATIENT,
    // A refresh token works once, and another command may have used it: the stored one is newer then.
    refresh: async (former, exchange) => {
      const kept = await keptAccount(env);
      // The account was signed out or replaced meanwhile: the tokens of another account are not touched.
      if (kept?.url !== url || kept.email !== account.email) return undefined;
      if (kept.tokens && kept.tokens.accessToken !== former?.accessToken) return kept.tokens;
      const fresh = former?.refreshToken === undefined ? undefined : await exchange(former.refreshToken);
      if (fresh) await keepAccount(env, { ...kept, tokens: fresh });
      return fresh;
    },
  });
  const call = (route: string, options?: object) => shelf.call(route as never, { signal, ...options } as never);
  return { ...shelf, call: call as Call, url };
};
