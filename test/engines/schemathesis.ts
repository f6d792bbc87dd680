/** schemathesis: asks each documented operation with values drawn from its document, good and bad ones, alone and in sequences. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startRuntime } from '../support/drivers/runtime.ts';
import { run } from './program.ts';
import type { Bench, Judge } from './verdict.ts';

const DOCUMENTS = join(import.meta.dirname, '..', '..', 'docs', 'openapi');
const CONFIG = join(import.meta.dirname, 'schemathesis.toml');
/** The longest document takes less than a minute on two quiet cores; one that takes longer than this has failed. */
const MINUTES_EACH = 4;

/** So many calls by one person are no attack here. */
const SETTINGS = ['rateLimits.perMinute=1000000', 'rateLimits.anonymousPerMinute=1000000', 'openUploads=10000'];

interface Login {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** Asks a running local runtime everything that the documents tell of. */
export const judgeDocuments: Judge = async (bench) => {
  const runtime = await startRuntime(['--memory', ...SETTINGS.flatMap((setting) => ['-c', setting])]);
  try {
    const { http, email, password } = runtime.ready;
    const outcomes: (Outcome & { readonly name: string })[] = [];
    for (const file of readdirSync(DOCUMENTS).toSorted()) {
      const name = file.replace('.json', '');
      // A login of its own for each document: an access token is good for a quarter of an hour.
      const login = await loggedIn(http, email, password);
      outcomes.push({ name, ...(await ask(bench, name, http, login)) });
    }
    const cases = outcomes.reduce((sum, { generated }) => sum + generated, 0);
    const failures = outcomes.flatMap(({ failures }) => failures);
    return {
      figure: `schemathesis: ${cases} cases over ${outcomes.length} documents, ${failures.length} failures (${outcomes
        .map(({ name, generated }) => `${name} ${generated}`)
        .join(', ')})`,
      passed: outcomes.filter(({ failures }) => failures.length === 0).length,
      failed: failures.length,
      skipped: 0,
      lines: failures,
    };
  } finally {
    await runtime.stop();
  }
};

const loggedIn = async (http: string, email: string, password: string): Promise<Login> => {
  const response = await fetch(`${http}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { data } = (await response.json()) as { data: { accessToken: string } };
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const refreshToken = cookies.find((cookie) => cookie.startsWith('refreshToken=')) ?? '';
  return { accessToken: data.accessToken, refreshToken };
};

interface Outcome {
  readonly generated: number;
  readonly failures: readonly string[];
}

const ask = async ({ folder, programs }: Bench, name: string, http: string, login: Login): Promise<Outcome> => {
  const reports = join(folder, `schemathesis-${name}`);
  const credential = name === 'admin' ? `Cookie: ${login.refreshToken}` : `Authorization: Bearer ${login.accessToken}`;
  const { code, out, errors } = await run(
    join(programs, 'schemathesis'),
    [
      ...['--config-file', CONFIG, 'run', join(DOCUMENTS, `${name}.json`), '--url', http, '-H', credential],
      ...['--no-color', '--report', 'junit', '--report-dir', reports],
    ],
    {
      cwd: folder,
      minutes: MINUTES_EACH,
      env: { PYTHONPATH: import.meta.dirname, SCHEMATHESIS_HOOKS: 'schemathesis_hooks' },
    },
  );
  const generated = Number(/(\d+) generated/.exec(out)?.[1] ?? 0);
  if (code === 0 && generated > 0) return { generated, failures: [] };
  const found = out.slice(Math.max(0, out.search(/=+ (?:ERRORS|FAILURES) =+/))).trim();
  const count = Number(/(\d+) unique failures?/.exec(out)?.[1] ?? 1);
  const lines = [`${name}: ended with ${code}\n${found.slice(0, 12_000)}${errors.slice(-1000)}`];
  return {
    generated,
    failures: [...lines, ...Array.from({ length: count - 1 }, (_, at) => `${name}: failure ${at + 2}, above`)],
  };
};
