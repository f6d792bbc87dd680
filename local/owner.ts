import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionHost } from './ports.ts';

/** The first user of a data folder. */
export interface Owner {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/** Answers the owner of a data folder; the first boot makes one by the function that an operator calls on AWS. */
export const ensureOwner = async (
  folder: string,
  functions: FunctionHost,
  createOwner: string | undefined,
): Promise<Owner> => {
  const file = join(folder, 'owner.json');
  const kept = readOwner(file);
  if (kept?.apiKey !== undefined) return { email: kept.email, password: kept.password, apiKey: kept.apiKey };
  if (createOwner === undefined) throw new Error('The stack has no output CreateOwnerFunctionName.');
  // Written before the call as well: a boot that is killed in between tries again with the same password.
  const draft = kept ?? { email: 'owner@mediashelf.local', password: randomBytes(12).toString('base64url') };
  writeOwner(file, draft);
  const { email, password } = draft;
  const { payload, functionError } = await functions.invoke(createOwner, { email, password, teamName: 'Mediashelf' });
  const apiKey = (payload as { readonly apiKey?: unknown } | null | undefined)?.apiKey;
  if (functionError || typeof apiKey !== 'string') {
    throw new Error(`The owner could not be created: ${JSON.stringify(payload)}`);
  }
  const owner = { email, password, apiKey };
  writeOwner(file, owner);
  return owner;
};

type Draft = Omit<Owner, 'apiKey'> & { readonly apiKey?: string };

const readOwner = (file: string): Draft | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Draft;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read.`, { cause: error });
  }
};

const writeOwner = (file: string, owner: Draft): void => {
  writeFileSync(`${file}.new`, `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
};
