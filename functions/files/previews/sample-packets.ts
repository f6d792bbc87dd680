import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  type Input,
  type InputAudioTrack,
  MkvOutputFormat,
  Output,
} from 'mediabunny';

/** Below this many seconds the whole audio is taken. */
const WHOLE_SECONDS = 60;
/** Packets at each place: the first after a gap decodes to something softer than it was. */
const RUN = 3;
const MOST_BYTES = 24 * 2 ** 20;

/**
 * The packets of an audio file, of a long one those at evenly spaced positions, in a small Matroska file. Undefined when there
 * is no audio in it or none that the container supports.
 */
export const samplePackets = async (input: Input, places: number): Promise<Uint8Array | undefined> => {
  const track = await input.getPrimaryAudioTrack();
  const codec = await track?.getCodec();
  const decoderConfig = await track?.getDecoderConfig();
  if (!track || !codec || !decoderConfig) return undefined;
  const sink = new EncodedPacketSink(track);
  const seconds = await secondsOf(track);
  const target = new BufferTarget();
  const output = new Output({ format: new MkvOutputFormat(), target });
  const audio = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(audio);
  await output.start();
  let at = 0;
  let bytes = 0;
  const packets = seconds !== null && seconds > WHOLE_SECONDS ? runs(sink, places, seconds) : sink.packets();
  for await (const { data, duration } of packets) {
    bytes += data.length;
    if (bytes > MOST_BYTES) break;
    // One behind the other: gaps would be filled with silence.
    await audio.add(new EncodedPacket(data, 'key', at, duration), { decoderConfig });
    at += duration;
  }
  await output.finalize();
  return at > 0 && target.buffer ? new Uint8Array(target.buffer) : undefined;
};

/** Headers of recordings claim too little or too much; where the end cannot be found, they are all there is. */
const secondsOf = (track: InputAudioTrack): Promise<number | null> =>
  track.computeDuration().catch(() => track.getDurationFromMetadata());

async function* runs(sink: EncodedPacketSink, places: number, seconds: number): AsyncGenerator<EncodedPacket> {
  const found = await Promise.all(
    Array.from({ length: places }, (_, place) => sink.getPacket((place / places) * seconds)),
  );
  for (const first of found) {
    for (let packet = first, count = 0; packet && count < RUN; count += 1) {
      yield packet;
      packet = await sink.getNextPacket(packet);
    }
  }
}
