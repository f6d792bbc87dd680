import { ADTS, type Input, type InputFormat, MATROSKA, MP3, MP4, OGG, QTFF, WEBM } from 'mediabunny';
import type { ByteSource } from '../../shared/byte-source.ts';
import { readAdtsFrame, readMpegFrame } from '../formats/sound-frames.ts';
import { attempt } from './attempt.ts';
import { positiveOf } from './embedded-text.ts';
import { endOfLastCluster } from './last-cluster.ts';
import { measureFrames } from './measure-frames.ts';

/** How long a file plays, and the bits a second of a stream that is nothing but frames. */
export interface Length {
  /** Seconds. */
  readonly duration: number | null;
  readonly bitRate: number | null;
}

const STREAMS = new Map<InputFormat, typeof readMpegFrame>([
  [MP3, readMpegFrame],
  [ADTS, readAdtsFrame],
]);

/**
 * Containers whose end is more reliable than their beginning: a recorder writes the header first, with the duration so far. In
 * the others the header counts samples, or the size of the file shows the duration.
 */
const ENDS_LATER: ReadonlySet<InputFormat> = new Set([MP4, QTFF, MATROSKA, WEBM, OGG]);
const MATROSKAS: ReadonlySet<InputFormat> = new Set([MATROSKA, WEBM]);

/** The duration of a file's audio and video, as far as the read limits allow. */
export const lengthOf = async (input: Input, format: InputFormat, source: ByteSource): Promise<Length> => {
  const readFrame = STREAMS.get(format);
  if (!readFrame) return { duration: await endOf(input, format, source), bitRate: null };
  const measured = await attempt(() => measureFrames(source, readFrame));
  if (!measured) return { duration: await fromHeader(input), bitRate: null };
  return { duration: positiveOf(measured.seconds), bitRate: positiveOf((measured.bytes * 8) / measured.seconds, 0) };
};

const endOf = async (input: Input, format: InputFormat, source: ByteSource): Promise<number | null> => {
  const toEnd = async () => positiveOf(await attempt(() => input.computeDuration()));
  if (!ENDS_LATER.has(format)) return (await fromHeader(input)) ?? (await toEnd());
  const end = await toEnd();
  if (end !== null) return end;
  // Without an index, and too large to be walked through.
  const behind = MATROSKAS.has(format) ? positiveOf(await attempt(() => endOfLastCluster(source))) : null;
  return behind ?? (await fromHeader(input));
};

const fromHeader = async (input: Input): Promise<number | null> =>
  positiveOf(await attempt(() => input.getDurationFromMetadata()));
