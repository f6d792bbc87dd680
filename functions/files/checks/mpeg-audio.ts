import { id3Length, readMpegFrame } from '../formats/sound-frames.ts';
import type { ContainerWalk, Wanted } from './stream-check.ts';

const TAG_BYTES = 10;
/** Programs write one, and some add theirs before that of another. */
const MAX_TAGS = 100;
/** Players search this far for the first frame; some writers leave a gap after the tag. */
const SEARCHED = 64 * 1024;
/** This many frames in a row are no coincidence. */
const ENOUGH_FRAMES = 4;

/** Skips the ID3 tags at the start of a file; answers where they end. */
export function* skipId3(): Generator<Wanted, number, Buffer> {
  let at = 0;
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    const tag: Buffer = yield { at, length: TAG_BYTES };
    const length = tag.toString('latin1', 0, 3) === 'ID3' ? id3Length(tag, 0) : undefined;
    if (length === undefined) return at;
    at += length;
  }
  return at;
}

/** The position of the first byte that is not zero. */
const zerosEnd = (bytes: Buffer, from = 0): number => {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return at;
};

/** Skips tags and the zeros before, between and after them, which some writers leave; answers where they end. */
function* skipLead(): Generator<Wanted, number, Buffer> {
  let at = 0;
  for (let tags = 0; tags < MAX_TAGS; tags += 1) {
    const start: Buffer = yield { at, length: TAG_BYTES };
    const bytes: Buffer = start[0] === 0 ? yield { at, length: SEARCHED } : start;
    const zeros = zerosEnd(bytes);
    if (bytes.toString('latin1', zeros, zeros + 3) !== 'ID3') return at + zeros;
    const length = id3Length(bytes, zeros);
    if (length === undefined) return at + zeros;
    at += zeros + length;
  }
  return at;
}

/** Whether there are only tags and zeros before the first frame. */
export const beginsAsMpegAudio = (head: Buffer): boolean => {
  let at = zerosEnd(head);
  for (let tags = 0; tags < MAX_TAGS && head.toString('latin1', at, at + 3) === 'ID3'; tags += 1) {
    const length = id3Length(head, at);
    if (length === undefined) return false;
    at = zerosEnd(head, at + length);
  }
  return frameLength(head, at) > 0;
};

/** The length in bytes of the frame with this header; zero when it is no frame. */
const frameLength = (bytes: Buffer, at: number): number => readMpegFrame(bytes, at)?.length ?? 0;

/** The total bytes of all frames by the encoder's note in the first frame, if there is one. */
const announcedBytes = (bytes: Buffer, frame: number, length: number): number | undefined => {
  const body = bytes.subarray(frame, frame + Math.min(length, 200));
  const at = Math.max(body.indexOf('Xing'), body.indexOf('Info'));
  if (at === -1 || at + 16 > body.length) return undefined;
  const flags = body.readUInt32BE(at + 4);
  if (!(flags & 2)) return undefined;
  return body.readUInt32BE(at + 8 + (flags & 1 ? 4 : 0));
};

/** MP3: frames in a row behind the tags. Without a note of its encoder, a file that ends early is a shorter sound. */
export function* walkMpegAudio(size: number): ContainerWalk {
  const tagged: number = yield* skipLead();
  if (tagged >= size) return 'cut';
  const bytes: Buffer = yield { at: tagged, length: SEARCHED };
  for (let start = 0; start + 4 <= bytes.length; start += 1) {
    const first = frameLength(bytes, start);
    if (first === 0 || !inARow(bytes, start, tagged + bytes.length === size)) continue;
    const announced = announcedBytes(bytes, start, first);
    return announced !== undefined && tagged + start + announced > size ? 'cut' : 'sound';
  }
  return 'foreign';
}

const inARow = (bytes: Buffer, start: number, whole: boolean): boolean => {
  let at = start;
  for (let frames = 0; frames < ENOUGH_FRAMES; frames += 1) {
    const length = frameLength(bytes, at);
    // A file of fewer frames ends where the last one does, or with a tag at its end.
    if (length === 0)
      return whole && frames > 0 && (at >= bytes.length || bytes.toString('latin1', at, at + 3) === 'TAG');
    at += length;
  }
  return true;
};
