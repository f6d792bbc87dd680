import { ADTS, FLAC, type Input, MP3, OGG } from 'mediabunny';
import type { ByteSource } from '../../shared/byte-source.ts';
import { withKnownLengths } from '../formats/wave-length.ts';
import { ffmpeg } from './ffmpeg.ts';
import { openMedia } from './open-media.ts';
import { noPreview, type PreviewRenderer } from './preview.ts';
import { sampleBytes } from './sample-bytes.ts';
import { samplePackets } from './sample-packets.ts';

/** Bars of the picture; a long sound is read at as many places. */
export const BARS = 96;
const SAMPLE_RATE = 8000;
/** A small file may have hours of silence; of the decoded audio, no more than this is kept. */
const MOST_SECONDS = 3600;
/** Quiet recordings are amplified for display, but noise is not. */
const QUIETEST_FULL_SCALE = 0.05;

/** Formats whose frames can be found anywhere in the file, and FFmpeg's names for them. */
const STREAMS = new Map<unknown, string>([
  [MP3, 'mp3'],
  [ADTS, 'aac'],
  [FLAC, 'flac'],
  [OGG, 'ogg'],
]);

/**
 * Decodes a sound, a long one at evenly spaced places, and answers how loud it is along its length. Places are equal in
 * bytes or in time, whichever the format finds without reading all of the file.
 */
export const makeWaveform: PreviewRenderer = async (source) => {
  const input = openMedia(await withKnownLengths(source));
  const sampled = await sample(source, input);
  if (!sampled) return noPreview('unsupported', 'no sound that can be read');
  const pcm = await ffmpeg(sampled.bytes, {
    before: ['-f', sampled.format],
    after: [
      ...['-map', '0:a:0', '-t', String(MOST_SECONDS), '-ac', '1', '-ar', String(SAMPLE_RATE)],
      ...['-c:a', 'pcm_s16le', '-f', 's16le'],
    ],
  });
  return { kind: 'peaks', peaks: peaksOf(new Uint8Array(pcm)) };
};

const sample = async (source: ByteSource, input: Input): Promise<{ format: string; bytes: Uint8Array } | undefined> => {
  const stream = STREAMS.get(await input.getFormat());
  if (stream) return { format: stream, bytes: await sampleBytes(source, BARS) };
  const bytes = await samplePackets(input, BARS);
  return bytes && { format: 'matroska', bytes };
};

const peaksOf = (bytes: Uint8Array): readonly number[] => {
  const samples = new Int16Array(bytes.buffer, 0, bytes.length >> 1);
  const loudest = Array.from({ length: BARS }, (_, bar) => {
    const from = Math.floor((bar * samples.length) / BARS);
    const to = Math.floor(((bar + 1) * samples.length) / BARS);
    let peak = 0;
    for (let at = from; at < to; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak / 32_768;
  });
  const full = loudest.reduce((most, peak) => Math.max(most, peak), QUIETEST_FULL_SCALE);
  return loudest.map((peak) => peak / full);
};
