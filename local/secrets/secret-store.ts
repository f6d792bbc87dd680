import { randomInt, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AwsError } from '../ports.ts';
import { DamagedFile, FROM_A_COPY } from '../sqlite.ts';
import type { SecretSpec } from '../template/data.ts';
import { flag, type JsonRecord, optionalNumber, optionalText } from '../template/json.ts';

/** One version of a secret. */
export interface SecretVersion {
  readonly id: string;
  /** Absent for a version that a rotation has only named yet. */
  readonly value?: string;
  readonly stages: readonly string[];
  readonly createdAt: number;
}

/** The secrets of the stack. */
export interface SecretStore {
  find(nameOrArn: string): SecretSpec;
  versions(secret: SecretSpec): readonly SecretVersion[];
  /** Names a version that a rotation is going to create. */
  reserve(secret: SecretSpec, id: string): void;
  put(secret: SecretSpec, value: string, id?: string, stages?: readonly string[]): SecretVersion;
  /** Moves a stage from the version that has it to another. */
  move(secret: SecretSpec, stage: string, from: string | undefined, to: string | undefined): void;
  update(specs: readonly SecretSpec[]): void;
}

/** Opens the secrets in `file`; one that is to be generated gets its random value once, and keeps it. */
export const openSecretStore = (file: string, specs: readonly SecretSpec[]): SecretStore => {
  let known = specs;
  const kept: Record<string, readonly SecretVersion[]> = read(file);
  const save = (): void => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2), { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  };
  const seed = (): void => {
    const missing = known.filter(({ arn }) => kept[arn] === undefined);
    for (const secret of missing) kept[secret.arn] = [firstVersion(secret)];
    if (missing.length > 0) save();
  };
  seed();
  return {
    find: (nameOrArn) => {
      const found = known.find(({ name, arn }) => nameOrArn === name || nameOrArn === arn);
      if (found) return found;
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    },
    versions: ({ arn }) => kept[arn] ?? [],
    put: ({ arn }, value, id = randomUUID(), stages = ['AWSCURRENT']) => {
      const before = kept[arn] ?? [];
      const known = before.find((version) => version.id === id);
      if (known?.value === value) return known;
      if (known?.value !== undefined) {
        throw new AwsError('ResourceExistsException', 'A version with this token has another value already.');
      }
      const others = before.filter((version) => version !== known);
      const version = { id, value, stages: [], createdAt: Date.now() };
      kept[arn] = stages
        .reduce<readonly SecretVersion[]>((versions, stage) => staged(versions, stage, id), [version, ...others])
        .filter(isAlive);
      save();
      return kept[arn]?.find((each) => each.id === id) ?? version;
    },
    reserve: ({ arn }, id) => {
      const versions = kept[arn] ?? [];
      const known = versions.some((version) => version.id === id);
      const all = known ? versions : [{ id, stages: [], createdAt: Date.now() }, ...versions];
      kept[arn] = staged(all, 'AWSPENDING', id).filter(isAlive);
      save();
    },
    move: ({ arn }, stage, from, to) => {
      const versions = kept[arn] ?? [];
      const holder = versions.find(({ stages }) => stages.includes(stage));
      if (holder?.id !== from && holder?.id !== to) {
        const message = `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder?.id}.`;
        throw new AwsError('InvalidParameterException', message);
      }
      if (to !== undefined && !versions.some(({ id }) => id === to)) throw noVersion(to);
      kept[arn] = staged(versions, stage, to).filter(isAlive);
      save();
    },
    update: (next) => {
      known = next;
      seed();
    },
  };
};

/** A version without a stage is removed; AWS may delete it at any time. */
const isAlive = ({ stages }: SecretVersion): boolean => stages.length > 0;

/** Each stage names one version. The former current one becomes the previous one. */
const staged = (
  versions: readonly SecretVersion[],
  stage: string,
  to: string | undefined,
): readonly SecretVersion[] => {
  const former = stage === 'AWSCURRENT' && versions.find(({ id, stages }) => id !== to && stages.includes(stage));
  const moved = versions.map((version) => {
    const holds = version.stages.includes(stage);
    if (holds === (version.id === to)) return version;
    return { ...version, stages: holds ? version.stages.filter((each) => each !== stage) : [...version.stages, stage] };
  });
  return former ? staged(moved, 'AWSPREVIOUS', former.id) : moved;
};

const noVersion = (id: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${id}`);

const read = (file: string): Record<string, readonly SecretVersion[]> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new DamagedFile(`The secrets in ${file} cannot be read. ${FROM_A_COPY}`);
  }
};

const firstVersion = (secret: SecretSpec): SecretVersion => ({
  id: randomUUID(),
  value: secret.value ?? generate(secret.generate ?? {}),
  stages: ['AWSCURRENT'],
  createdAt: Date.now(),
});

const KINDS = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;

/** Makes a random value by the rules of `GenerateSecretString`. */
export const generate = (rules: JsonRecord): string => {
  const length = optionalNumber(rules.PasswordLength, 'PasswordLength') ?? 32;
  const excluded = optionalText(rules.ExcludeCharacters, 'ExcludeCharacters') ?? '';
  const kinds = Object.entries(KINDS)
    .filter(([rule]) => !flag(rules[rule]))
    .map(([, letters]) => [...letters].filter((letter) => !excluded.includes(letter)))
    .filter((letters) => letters.length > 0);
  if (flag(rules.IncludeSpace)) kinds.push([' ']);
  const pick = (letters: readonly string[]): string => letters[randomInt(letters.length)] ?? '';
  const every = rules.RequireEachIncludedType === undefined || flag(rules.RequireEachIncludedType);
  const all = kinds.flat();
  const password = Array.from({ length }, (_, index) => pick((every && kinds[index]) || all));
  for (let index = password.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [password[index], password[other]] = [password[other] ?? '', password[index] ?? ''];
  }
  const template = optionalText(rules.SecretStringTemplate, 'SecretStringTemplate');
  const key = optionalText(rules.GenerateStringKey, 'GenerateStringKey');
  const value = password.join('');
  return template !== undefined && key !== undefined
    ? JSON.stringify({ ...JSON.parse(template), [key]: value })
    : value;
};
