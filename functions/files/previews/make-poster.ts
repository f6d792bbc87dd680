import {
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputVideoTrack,
  MkvOutputFormat,
  Output,
} from 'mediabunny';
import type { PixelSize } from '../../domain/media.ts';
import { codedColours } from '../formats/coded-colours.ts';
import { toSrgb } from '../pictures/tone-map.ts';
import { FfmpegError, ffmpeg } from './ffmpeg.ts';
import { makeWaveform } from './make-waveform.ts';
import { openMedia } from './open-media.ts';
import { noPreview, type Picture, type PreviewRenderer, type PreviewResult } from './preview.ts';

/** A decoded frame, its references and its conversion together: 8K is drawn, larger frames are not. */
const MAX_FRAME_PIXELS = 36_000_000;
const MAX_PACKET_BYTES = 24 * 2 ** 20;

/** Where a frame is taken: films fade in from black, so not at the very start. Seconds, at most the fraction. */
const PLACES = [
  { seconds: 1, fraction: 0.1 },
  { seconds: 5, fraction: 0.3 },
  { seconds: 20, fraction: 0.5 },
] as const;

/** Mean of the colours, 0 to 255, below which a frame shows nothing. */
const BLACK = 20;

const isBlack = ({ data }: Picture): boolean => {
  let sum = 0;
  for (const value of data) sum += value;
  return sum / data.length < BLACK;
};

/** Draws a frame near the start of a film, the first of three that is not black. A film without frames gets its waveform. */
export const makePoster: PreviewRenderer = async (source, job) => {
  const input = openMedia(source);
  const track = await input.getPrimaryVideoTrack();
  if (!track) return makeWaveform(source, job);
  if ((await track.getCodedWidth()) * (await track.getCodedHeight()) > MAX_FRAME_PIXELS) return noPreview('too-large');
  let last: PreviewResult = noPreview('unsupported', `no frame of ${await track.getCodec()}`);
  for await (const packet of keyPackets(track)) {
    try {
      const picture = await drawFrame(track, packet, job.box);
      last = { kind: 'picture', picture };
      if (!isBlack(picture)) break;
    } catch (error) {
      if (!(error instanceof FfmpegError)) throw error;
      if (last.kind === 'nothing') last = noPreview('unsupported', error.message);
    }
  }
  return last;
};

/**
 * The key frames at or before each position, then at the same seconds of a film that is longer than its header claims.
 * Durations of hostile files may be anything, so a missing frame is no fault. If none is found, as in a recording with one key
 * frame and no index, the first one is taken.
 */
async function* keyPackets(track: InputVideoTrack): AsyncGenerator<EncodedPacket> {
  const sink = new EncodedPacketSink(track);
  const first = await sink.getFirstKeyPacket({ metadataOnly: true });
  const start = first?.timestamp ?? 0;
  const duration = (await track.getDurationFromMetadata()) ?? 0;
  const claimed = PLACES.map(({ seconds, fraction }) =>
    Math.min(seconds, duration > 0 ? duration * fraction : seconds),
  );
  const seen = new Set<number>();
  for (const seconds of [...new Set([...claimed, ...PLACES.map((place) => place.seconds)]), 0]) {
    const place = (await sink.getKeyPacket(start + seconds, { metadataOnly: true })) ?? first;
    if (!place || place.byteLength > MAX_PACKET_BYTES || seen.has(place.timestamp)) continue;
    seen.add(place.timestamp);
    // By the time of the packet: the library begins to search after it when it was asked for a later one before.
    const packet = (await sink.getKeyPacket(place.timestamp)) ?? (await sink.getFirstKeyPacket());
    if (packet && packet.byteLength <= MAX_PACKET_BYTES) yield packet;
  }
}

/** Puts one frame into a separate file and has FFmpeg decode, rotate and shrink it. */
const drawFrame = async (track: InputVideoTrack, packet: EncodedPacket, box: number): Promise<Picture> => {
  const { width, height } = await shownSize(track, box);
  const filters = [...TURN[await track.getRotation()], ...((await track.getFlip()) ? ['hflip'] : [])];
  const { coded, conversion } = await coloursOf(track);
  const bytes = await singleFrame(track, packet);
  const data = await ffmpeg(bytes, {
    before: ['-flags2', 'showall', '-max_pixels', String(MAX_FRAME_PIXELS)],
    after: [
      ...['-frames:v', '1', '-an', '-sws_flags', 'area+accurate_rnd+full_chroma_int'],
      ...['-vf', [...filters, `scale=${width}:${height}${conversion}`].join(',')],
      ...['-pix_fmt', coded ? 'rgb48le' : 'rgb24', '-f', 'rawvideo'],
    ],
  });
  const values = width * height * 3;
  if (data.length !== values * (coded ? 2 : 1)) {
    throw new FfmpegError(`${data.length} bytes for ${width} x ${height} pixels`);
  }
  const picture = { width, height, channels: 3 } as const;
  if (!coded) return { ...picture, data: new Uint8Array(data) };
  const deep = new Uint16Array(new Uint8Array(data).buffer);
  return { ...picture, data: new Uint8Array(toSrgb({ data: deep, channels: 3, max: 65_535 }, coded)) };
};

/** FFmpeg's names for the matrices that films name; a film without one uses the matrix for its height, as in Chromium. */
const MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  'bt2020-ncl': 'bt2020',
};
const HD_HEIGHT = 720;

const coloursOf = async (track: InputVideoTrack) => {
  const { primaries, transfer, matrix, fullRange } = await track.getColorSpace();
  const usual = (await track.getCodedHeight()) >= HD_HEIGHT ? 'bt709' : 'bt601';
  const named = matrix ? MATRICES[matrix] : usual;
  const conversion = `${named ? `:in_color_matrix=${named}` : ''}${fullRange ? ':in_range=pc' : ''}`;
  return { coded: codedColours(primaries, transfer), conversion };
};

const TURN = { 0: [], 90: ['transpose=1'], 180: ['hflip', 'vflip'], 270: ['transpose=2'] } as const;

/** The size that a person sees, in square pixels and turned, shrunk into the box. */
const shownSize = async (track: InputVideoTrack, box: number): Promise<PixelSize> => {
  const width = await track.getDisplayWidth();
  const height = await track.getDisplayHeight();
  const shrink = Math.max(1, width / box, height / box);
  const side = (length: number): number => Math.max(1, Math.round(length / shrink));
  return { width: side(width), height: side(height) };
};

const singleFrame = async (track: InputVideoTrack, packet: EncodedPacket): Promise<Uint8Array> => {
  const codec = await track.getCodec();
  const decoderConfig = await track.getDecoderConfig();
  if (!codec || !decoderConfig) throw new FfmpegError('a codec that is not known');
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const video = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(video);
  await output.start();
  await video.add(new EncodedPacket(packet.data, 'key', 0, 0.04), { decoderConfig });
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
};
