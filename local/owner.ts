import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionHost } from './ports.ts';
import { DamagedFile } from './sqlite.ts';

/** The first user of a data folder. */
export interface Owner {
  readonly email: string;
  readonly password: string;
  readonly apiKey: string;
}

/** The functions of the stack that an operator calls. */
export interface OperatorFunctions {
  readonly createOwner?: string | undefined;
  readonly managePeople?: string | undefined;
}

/** Answers the owner of a data folder; the first boot makes one by the function that an operator calls on AWS. */
export const ensureOwner = async (
  folder: string,
  functions: FunctionHost,
  { createOwner, managePeople }: OperatorFunctions,
): Promise<Owner> => {
  const file = join(folder, 'owner.json');
  const kept = readOwner(file);
  if (kept?.apiKey !== undefined) return { email: kept.email, password: kept.password, apiKey: kept.apiKey };
  if (createOwner === undefined) throw new Error('The stack has no output CreateOwnerFunctionName.');
  // Written before the call as well: a boot that is killed in between tries again with the same password.
  const draft = kept ?? { email: 'owner@mediashelf.local', password: randomBytes(12).toString('base64url') };
  writeOwner(file, draft);
  const { email, password } = draft;
  if (draft.reset && managePeople) await resetPassword(functions, managePeople, draft);
  const { payload, functionError } = await functions.invoke(createOwner, { email, password, teamName: 'Mediashelf' });
  const apiKey = (payload as { readonly apiKey?: unknown } | null | undefined)?.apiKey;
  if (JSON.stringify(payload)?.includes('is taken')) throw new DamagedFile(lost(file, email));
  if (functionError || typeof apiKey !== 'string') {
    throw new Error(`The owner could not be created: ${JSON.stringify(payload)}`);
  }
  const owner = { email, password, apiKey };
  writeOwner(file, owner);
  return owner;
};

type Draft = Omit<Owner, 'apiKey'> & {
  readonly apiKey?: string;
  /** Written by a person who lost the password: the owner gets the one beside it. */
  readonly reset?: boolean;
};

const resetPassword = async (functions: FunctionHost, managePeople: string, { email, password }: Draft) => {
  const request = { action: 'reset-password', email, password };
  const { payload, functionError } = await functions.invoke(managePeople, request);
  if (functionError) throw new Error(`The password of ${email} could not be reset: ${JSON.stringify(payload)}`);
};

/** The folder has an owner whose password is another one: `owner.json` was removed, or its password changed. */
const lost = (file: string, email: string): string =>
  `The library has an owner ${email} with another password than that of ${file}. Put a copy of that file back; or write {"email": "...", "password": "..."} of the owner into it, and the next start makes a key; or add "reset": true to that, and the next start gives the owner this password, which ends their logins and keys.`;

const readOwner = (file: string): Draft | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Draft;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DamagedFile(
      `${file} cannot be read. Put a copy back, or write {"email": "...", "password": "..."} of the owner into it: the next start makes a key.`,
    );
  }
};

const writeOwner = (file: string, owner: Draft): void => {
  writeFileSync(`${file}.new`, `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
};
