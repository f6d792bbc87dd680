import { fileTypeFromBuffer } from 'file-type';
import { type CheckResult, passed } from './check.ts';
import { CONTAINERS } from './containers.ts';
import { contentMismatch, damaged } from './outcome.ts';
import { type ContainerWalk, type StreamCheck, streamCheck, withinSteps } from './stream-check.ts';

// biome-ignore lint/correctness/useYield: it asks for nothing
const walkNothing = function* (): ContainerWalk {
  return 'foreign';
};

const containerOf = (mimeType: string) => (Object.hasOwn(CONTAINERS, mimeType) ? CONTAINERS[mimeType] : undefined);

/** The walk through an audio or video file of so many bytes. */
export const openWalk = (mimeType: string, size: number): ContainerWalk =>
  withinSteps(containerOf(mimeType)?.walk(size) ?? walkNothing(), size);

/** Begins the check of an audio or video file of so many bytes; it must be fed all of them. */
export const openContainer = (mimeType: string, size: number): StreamCheck => streamCheck(openWalk(mimeType, size));

/** The result of checking audio or video after its end: by its first bytes, and by the walk through its container. */
export const checkContainer = async (
  head: Buffer,
  mimeType: string,
  container: Pick<StreamCheck, 'end'>,
): Promise<CheckResult> => {
  const detected = await fileTypeFromBuffer(head).catch(() => undefined);
  const declared = containerOf(mimeType);
  const isDeclared = detected ? declared?.magic.includes(detected.mime) : declared?.begins?.(head);
  if (!isDeclared) return contentMismatch(mimeType);
  const verdict = container.end();
  if (verdict === 'foreign') return contentMismatch(mimeType);
  return verdict === 'cut' ? damaged(mimeType.startsWith('audio/') ? 'sound' : 'film') : passed();
};
