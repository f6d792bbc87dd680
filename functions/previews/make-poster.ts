import {
  BufferTarget,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  type InputVideoTrack,
  MkvOutputFormat,
  Output,
} from 'mediabunny';
import type { PixelSize } from '../domain/media.ts';
import { FfmpegError, ffmpeg } from './ffmpeg.ts';
import { makeWaveform } from './make-waveform.ts';
import { openMedia } from './open-media.ts';
import { type Made, type Maker, nothing, type Picture } from './preview.ts';

/** A decoded frame, its references and its conversion side by side: 8K is drawn, more is not. */
const MAX_FRAME_PIXELS = 36_000_000;
const MAX_PACKET_BYTES = 24 * 2 ** 20;

/** Where a frame is looked for: films fade in from black, so not at the very start. Seconds, at most the fraction. */
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

/** Draws a frame near the start of a film, the first of three that is not black. A film without frames shows its sound. */
export const makePoster: Maker = async (source, job) => {
  const input = openMedia(source);
  const track = await input.getPrimaryVideoTrack();
  if (!track) return makeWaveform(source, job);
  if ((await track.getCodedWidth()) * (await track.getCodedHeight()) > MAX_FRAME_PIXELS) return nothing('too-large');
  let last: Made = nothing('unsupported', `no frame of ${await track.getCodec()}`);
  for (const packet of await keyPackets(track)) {
    try {
      const picture = await drawFrame(track, packet, job.box);
      last = { kind: 'picture', picture };
      if (!isBlack(picture)) break;
    } catch (error) {
      if (!(error instanceof FfmpegError)) throw error;
      if (last.kind === 'nothing') last = nothing('unsupported', error.message);
    }
  }
  return last;
};

/** The key frames at or before each place. Durations of hostile files may be anything, so a missing one is no fault. */
const keyPackets = async (track: InputVideoTrack): Promise<readonly EncodedPacket[]> => {
  const sink = new EncodedPacketSink(track);
  const first = await sink.getFirstPacket();
  const duration = (await track.getDurationFromMetadata()) ?? 0;
  const packets: EncodedPacket[] = [];
  for (const { seconds, fraction } of PLACES) {
    const at = (first?.timestamp ?? 0) + Math.min(seconds, duration > 0 ? duration * fraction : seconds);
    const place = await sink.getKeyPacket(at, { metadataOnly: true });
    if (
      place &&
      place.byteLength <= MAX_PACKET_BYTES &&
      !packets.some(({ timestamp }) => timestamp === place.timestamp)
    ) {
      const packet = await sink.getKeyPacket(at);
      if (packet) packets.push(packet);
    }
  }
  return packets;
};

/** Puts one frame into a file of its own and has FFmpeg decode, turn and shrink it. */
const drawFrame = async (track: InputVideoTrack, packet: EncodedPacket, box: number): Promise<Picture> => {
  const { width, height } = await shownSize(track, box);
  const filters = [...TURN[await track.getRotation()], ...((await track.getFlip()) ? ['hflip'] : [])];
  const bytes = await singleFrame(track, packet);
  const data = await ffmpeg(bytes, {
    before: ['-flags2', 'showall', '-max_pixels', String(MAX_FRAME_PIXELS)],
    after: [
      ...['-frames:v', '1', '-an', '-sws_flags', 'area'],
      ...['-vf', [...filters, `scale=${width}:${height}`].join(',')],
      ...['-pix_fmt', 'rgb24', '-f', 'rawvideo'],
    ],
  });
  if (data.length !== width * height * 3) throw new FfmpegError(`${data.length} bytes for ${width} x ${height} pixels`);
  return { data: new Uint8Array(data), width, height, channels: 3 };
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
