import { SecretEnvironment } from '../shared/environment.ts';
import { RotationStep, rotateSecret } from './rotate-secret.ts';
import { secretVault } from './secret-vault.ts';

const env = SecretEnvironment.parse(process.env);
const rotate = rotateSecret(secretVault(env.AUTH_SECRET));

/** Invoked only by Secrets Manager, for this deployment's secret; no route leads here. */
export const handler = async (event: unknown): Promise<void> => {
  const step = RotationStep.parse(event);
  if (step.SecretId !== env.AUTH_SECRET) throw new Error('this function rotates another secret');
  await rotate(step);
};
