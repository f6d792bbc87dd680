import type { ByteSource } from '../../shared/byte-source.ts';
import { id3Length, type ReadFrame } from '../formats/sound-frames.ts';

/** The measurements of a stream of frames. */
export interface Measured {
  readonly seconds: number;
  /** Bytes of its frames, without tags, covers and gaps. */
  readonly bytes: number;
}

const MIB = 2 ** 20;
/** Read at a time; more than any frame. */
const PIECE = MIB;
/** Files up to this size are counted frame by frame, so that every bit rate gives the right result. */
const MOST_COUNTED = 64 * MIB;
/** Pieces of a larger file that represent all of it. */
const PIECES = 32;

interface Counted extends Measured {
  /** Where counting continues; beyond the bytes for a longer tag. */
  readonly end: number;
  readonly stream: number | undefined;
}

/**
 * The duration of a stream of frames: its header only estimates it for variable bit rates, and the note of an encoder may
 * belong to another file. Undefined when there is no frame.
 *
 * Frames of files up to 64 MiB are all counted; of a larger one those of 32 MiB, evenly spaced, and the rest is extrapolated.
 */
export const measureFrames = async (source: ByteSource, readFrame: ReadFrame): Promise<Measured | undefined> => {
  const measured =
    source.size <= MOST_COUNTED ? await countAll(source, readFrame) : await sampleSome(source, readFrame);
  return measured.seconds > 0 ? measured : undefined;
};

const pieceOf = async (source: ByteSource, start: number): Promise<Buffer> => {
  const { buffer, byteOffset, length } = await source.read(start, PIECE);
  return Buffer.from(buffer, byteOffset, length);
};

const countAll = async (source: ByteSource, readFrame: ReadFrame): Promise<Measured> => {
  let [seconds, bytes, at] = [0, 0, 0];
  let stream: number | undefined;
  while (at < source.size) {
    const piece = await pieceOf(source, at);
    const counted = countFrames(piece, readFrame, { isLast: at + piece.length >= source.size, stream });
    seconds += counted.seconds;
    bytes += counted.bytes;
    stream = counted.stream;
    at += Math.max(1, counted.end);
  }
  return { seconds, bytes };
};

const sampleSome = async (source: ByteSource, readFrame: ReadFrame): Promise<Measured> => {
  let [seconds, bytes, looked] = [0, 0, 0];
  const head = await pieceOf(source, 0);
  const from = head.toString('latin1', 0, 3) === 'ID3' ? (id3Length(head, 0) ?? 0) : 0;
  const step = Math.floor((source.size - PIECE - from) / (PIECES - 1));
  for (let place = 0; place < PIECES && step > 0; place += 1) {
    const piece = await pieceOf(source, from + place * step);
    const counted = countFrames(piece, readFrame, { isLast: place === PIECES - 1 });
    seconds += counted.seconds;
    bytes += counted.bytes;
    looked += Math.min(counted.end, piece.length);
  }
  const all = looked === 0 ? 0 : (source.size - from) / looked;
  return { seconds: seconds * all, bytes: Math.round(bytes * all) };
};

/** Counts the frames of some bytes. After a gap, a header counts only if the next one is where it says. */
const countFrames = (
  bytes: Buffer,
  readFrame: ReadFrame,
  { isLast, stream }: { readonly isLast: boolean; readonly stream?: number | undefined },
): Counted => {
  let counted = { seconds: 0, bytes: 0, stream };
  let isInStep = false;
  let at = 0;
  while (at < bytes.length) {
    if (bytes.toString('latin1', at, at + 3) === 'ID3') {
      at += id3Length(bytes, at) ?? 3;
      continue;
    }
    const frame = readFrame(bytes, at);
    const isOurs = frame && (counted.stream === undefined || frame.stream === counted.stream);
    if (isOurs && at + frame.length + 8 > bytes.length && !isLast) break;
    if (isOurs && at + frame.length <= bytes.length && (isInStep || isFollowed(bytes, at, readFrame))) {
      counted = {
        seconds: counted.seconds + frame.samples / frame.hertz,
        // A note of the encoder is no sound.
        bytes: counted.bytes + (frame.samples === 0 ? 0 : frame.length),
        stream: frame.stream,
      };
      at += frame.length;
      isInStep = true;
      continue;
    }
    isInStep = false;
    at = nextStart(bytes, at + 1);
    // The first bytes of a header or a tag may be the last of the piece.
    if (at === bytes.length && !isLast) at = Math.max(1, bytes.length - 16);
    if (!isLast && at >= bytes.length - 16) break;
  }
  return { ...counted, end: at };
};

const isFollowed = (bytes: Buffer, at: number, readFrame: ReadFrame): boolean => {
  const frame = readFrame(bytes, at);
  if (!frame) return false;
  const end = at + frame.length;
  if (end >= bytes.length || bytes.toString('latin1', end, end + 3) === 'TAG') return true;
  return readFrame(bytes, end)?.stream === frame.stream;
};

/** Where a frame or a tag may begin next. */
const nextStart = (bytes: Buffer, from: number): number => {
  const frame = bytes.indexOf(0xff, from);
  const end = frame === -1 ? bytes.length : frame;
  const tag = bytes.subarray(from, end).indexOf('ID3');
  return tag === -1 ? end : from + tag;
};
