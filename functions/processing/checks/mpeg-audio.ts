import type { ContainerWalk, Wanted } from './stream-check.ts';

const TAG_BYTES = 10;
/** Players look this far for the first frame; some writers leave a hole behind the tag. */
const SEARCHED = 64 * 1024;
/** As many frames in a row are no accident. */
const ENOUGH_FRAMES = 4;

/** Kilobits a second of the versions and layers, by index; zero stands for what no file of ours has. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  '1/1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1/2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1/3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2/1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2/2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  '2/3': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const HERTZ = [44_100, 48_000, 32_000];

/** Goes past the ID3 tags at the start of a file; answers where they end. */
export function* skipId3(): Generator<Wanted, number, Buffer> {
  let at = 0;
  for (;;) {
    const tag: Buffer = yield { at, length: TAG_BYTES };
    const length = tag.toString('latin1', 0, 3) === 'ID3' ? tagLength(tag, 0) : undefined;
    if (length === undefined) return at;
    at += length;
  }
}

/** Where the first byte stands that is no zero. */
const zerosEnd = (bytes: Buffer, from = 0): number => {
  let at = from;
  while (at < bytes.length && bytes[at] === 0) at += 1;
  return at;
};

/** Goes past tags and the zeros before, between and behind them, which some writers leave; answers where they end. */
function* skipLead(): Generator<Wanted, number, Buffer> {
  for (let at = 0; ; ) {
    const bytes: Buffer = yield { at, length: SEARCHED };
    const zeros = zerosEnd(bytes);
    if (bytes.toString('latin1', zeros, zeros + 3) !== 'ID3') return at + zeros;
    const length = tagLength(bytes, zeros);
    if (length === undefined) return at + zeros;
    at += zeros + length;
  }
}

/** The length of the ID3 tag that begins here, whose size has seven bits a byte; undefined when its header is cut. */
const tagLength = (bytes: Buffer, at: number): number | undefined => {
  if (at + TAG_BYTES > bytes.length) return undefined;
  const length = bytes.subarray(at + 6, at + TAG_BYTES).reduce((sum, byte) => sum * 128 + (byte & 127), 0);
  return TAG_BYTES + length + ((bytes[at + 5] ?? 0) & 0x10 ? TAG_BYTES : 0);
};

/** Whether nothing but tags and zeros stands before the first frame. */
export const beginsAsMpegAudio = (head: Buffer): boolean => {
  let at = zerosEnd(head);
  while (head.toString('latin1', at, at + 3) === 'ID3') {
    const length = tagLength(head, at);
    if (length === undefined) return false;
    at = zerosEnd(head, at + length);
  }
  return frameLength(head, at) > 0;
};

/** The length in bytes of the frame whose header this is; zero when it is none. */
const frameLength = (bytes: Buffer, at: number): number => {
  if (at + 4 > bytes.length) return 0;
  const header = bytes.readUInt32BE(at);
  const version = (header >>> 19) & 3;
  const layer = 4 - ((header >>> 17) & 3);
  const hertz = (HERTZ[(header >>> 10) & 3] ?? 0) / ([4, 0, 2, 1][version] || Number.POSITIVE_INFINITY);
  const rate = RATES[`${version === 3 ? 1 : 2}/${layer}`]?.[(header >>> 12) & 15] ?? 0;
  if (header >>> 21 !== 0x7ff || layer === 4 || hertz === 0 || rate === 0) return 0;
  const padding = (header >>> 9) & 1;
  if (layer === 1) return (Math.floor((12_000 * rate) / hertz) + padding) * 4;
  return Math.floor(((layer === 3 && version !== 3 ? 72_000 : 144_000) * rate) / hertz) + padding;
};

/** What the first frame says of all of them, when the encoder left a note there: their bytes. */
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
