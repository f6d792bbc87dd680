/** One frame of a stream of sound, as its header says. */
export interface SoundFrame {
  /** Bytes, the header included. */
  readonly length: number;
  /** For each channel; zero for a frame with an encoder's note and no audio. */
  readonly samples: number;
  /** Samples a second. */
  readonly hertz: number;
  /** The bits of the header that all frames of a stream share. */
  readonly stream: number;
}

/** Reads the header of the frame at a position; undefined when there is none. */
export type ReadFrame = (bytes: Buffer, at: number) => SoundFrame | undefined;

/** Kilobits a second of the versions and layers of MPEG audio, by index; zero for unsupported ones. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  '1/1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1/2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1/3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2/1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2/2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2/3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const MPEG_HERTZ = [44_100, 48_000, 32_000];
const MPEG_STREAM = 0xfffe0c00;
/** The position of the note by encoders of Fraunhofer; those of LAME write it after the side information. */
const VBRI_AT = 36;
const MONO = 3;

const samplesOf = (layer: number, isFirstVersion: boolean): number => {
  if (layer === 1) return 384;
  return layer === 3 && !isFirstVersion ? 576 : 1152;
};

const isNote = (bytes: Buffer, at: number, isFirstVersion: boolean): boolean => {
  const isMono = (bytes[at + 3] ?? 0) >> 6 === MONO;
  const lameAt = at + 4 + (isFirstVersion ? (isMono ? 17 : 32) : isMono ? 9 : 17);
  const word = bytes.toString('latin1', lameAt, lameAt + 4);
  return word === 'Xing' || word === 'Info' || bytes.toString('latin1', at + VBRI_AT, at + VBRI_AT + 4) === 'VBRI';
};

/** A frame of MP1, MP2 or MP3. */
export const readMpegFrame: ReadFrame = (bytes, at) => {
  if (at + 4 > bytes.length) return undefined;
  const header = bytes.readUInt32BE(at);
  const version = (header >>> 19) & 3;
  const layer = 4 - ((header >>> 17) & 3);
  const hertz = (MPEG_HERTZ[(header >>> 10) & 3] ?? 0) / ([4, 0, 2, 1][version] || Number.POSITIVE_INFINITY);
  const isFirstVersion = version === 3;
  const rate = RATES[`${isFirstVersion ? 1 : 2}/${layer}`]?.[(header >>> 12) & 15] ?? 0;
  if (header >>> 21 !== 0x7ff || layer === 4 || hertz === 0 || rate === 0) return undefined;
  const padding = (header >>> 9) & 1;
  const samples = samplesOf(layer, isFirstVersion);
  const length =
    layer === 1
      ? (Math.floor((12_000 * rate) / hertz) + padding) * 4
      : Math.floor((samples * 125 * rate) / hertz) + padding;
  const isSilent = layer === 3 && isNote(bytes, at, isFirstVersion);
  return { length, samples: isSilent ? 0 : samples, hertz, stream: header & MPEG_STREAM };
};

const ADTS_HERTZ = [96, 88.2, 64, 48, 44.1, 32, 24, 22.05, 16, 12, 11.025, 8, 7.35];
const ADTS_HEADER = 7;
const ADTS_STREAM = 0xfffefc00;

/** A frame of AAC in a stream of ADTS. */
export const readAdtsFrame: ReadFrame = (bytes, at) => {
  if (at + ADTS_HEADER > bytes.length) return undefined;
  const header = bytes.readUInt32BE(at);
  const hertz = (ADTS_HERTZ[(header >>> 10) & 15] ?? 0) * 1000;
  const length = ((header & 3) << 11) | (bytes.readUInt16BE(at + 4) >>> 5);
  if (header >>> 20 !== 0xfff || (header >>> 17) & 3 || hertz === 0 || length < ADTS_HEADER) return undefined;
  const blocks = ((bytes[at + 6] ?? 0) & 3) + 1;
  return { length, samples: blocks * 1024, hertz, stream: header & ADTS_STREAM };
};

const ID3_HEADER = 10;

/** The length of the ID3 tag that begins here, whose size has seven bits a byte; undefined when its header is cut. */
export const id3Length = (bytes: Buffer, at: number): number | undefined => {
  if (at + ID3_HEADER > bytes.length) return undefined;
  const length = bytes.subarray(at + 6, at + ID3_HEADER).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  return ID3_HEADER + length + ((bytes[at + 5] ?? 0) & 0x10 ? ID3_HEADER : 0);
};
