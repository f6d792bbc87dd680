import { Readable } from 'node:stream';
import type { ProcessingOutcome } from '../../../../functions/files/checks/outcome.ts';
import { type Declared, processFile } from '../../../../functions/files/checks/process-file.ts';
import { bufferSource } from '../../../../functions/shared/byte-source.ts';

/** Processes bytes as they come from storage, in pieces; declared is what they are unless a test says otherwise. */
export const verify = (
  bytes: Buffer,
  mimeType: string,
  declared: Partial<Declared> = {},
  limits: { maxPixels?: number } = {},
): Promise<ProcessingOutcome> => {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) pieces.push(bytes.subarray(at, at + 65_536));
  return processFile({
    body: Readable.from(pieces),
    source: bufferSource(bytes),
    declared: { mimeType, size: bytes.length, ...declared },
    limits,
  });
};

/** The outcome of a file that has to pass; a refusal fails the test with its reason. */
export const accepted = async (
  ...args: Parameters<typeof verify>
): Promise<Extract<ProcessingOutcome, { outcome: 'ok' }>> => {
  const outcome = await verify(...args);
  if (outcome.outcome !== 'ok') throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
};
