import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { accessTokens } from './access-tokens.ts';
import { signingKey } from './signing-keys.ts';

/** The event of Secrets Manager for each of the four steps of a rotation. */
export const RotationStep = z.object({
  Step: z.enum(['createSecret', 'setSecret', 'testSecret', 'finishSecret']),
  SecretId: z.string(),
  /** Also the id of the version that the rotation makes. */
  ClientRequestToken: z.string(),
});

/** The versions of the secret. */
export interface SecretVault {
  /** Undefined while the version has no value. */
  value(version: string): Promise<string | undefined>;
  /** Stores a version beside the current one. */
  propose(version: string, value: string): Promise<void>;
  /** The stages of each version. */
  stages(): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Makes a version the current one; Secrets Manager makes the one before `AWSPREVIOUS`. */
  promote(version: string, former: string | undefined): Promise<void>;
}

type Stages = Awaited<ReturnType<SecretVault['stages']>>;

const CURRENT = 'AWSCURRENT';
/** As long as the first one, which Secrets Manager made itself. */
const SECRET_BYTES = 48;

/**
 * One step of a rotation; each may be repeated. No function needs a notification of a new secret: functions read it regularly,
 * and tokens of the previous one verify until the next rotation.
 */
export const rotateSecret =
  (vault: SecretVault) =>
  async ({ Step, ClientRequestToken: version }: z.infer<typeof RotationStep>): Promise<void> => {
    const stages = await vault.stages();
    if (!stages[version]) throw new Error(`the secret has no version ${version}`);
    if (stages[version].includes(CURRENT)) return;
    switch (Step) {
      case 'createSecret':
        if ((await vault.value(version)) === undefined) {
          await vault.propose(version, randomBytes(SECRET_BYTES).toString('base64url'));
        }
        return;
      case 'setSecret':
        return;
      case 'testSecret':
        // Secrets Manager tries a rotation out that begins later: by this step alone, with a version that has no value. Then the
        // current one is tested.
        return provesItself((await vault.value(version)) ?? (await currentValue(vault, stages)));
      case 'finishSecret':
        // What was never given a value must not become the key that signs.
        if ((await vault.value(version)) === undefined) throw new Error('the new version has no value');
        return vault.promote(version, currentVersion(stages));
    }
  };

const currentVersion = (stages: Stages): string | undefined =>
  Object.entries(stages).find(([, labels]) => labels.includes(CURRENT))?.[0];

const currentValue = async (vault: SecretVault, stages: Stages): Promise<string | undefined> => {
  const version = currentVersion(stages);
  return version === undefined ? undefined : vault.value(version);
};

/** A token that the key signed verifies by it. */
const provesItself = async (value: string | undefined): Promise<void> => {
  if (value === undefined) throw new Error('the secret has no value');
  const tokens = accessTokens(
    'rotation',
    async () => [signingKey(value)],
    () => new Date(),
  );
  await tokens.verify(await tokens.sign({ userId: 'u', teamId: 't', sessionId: 's' }));
};
