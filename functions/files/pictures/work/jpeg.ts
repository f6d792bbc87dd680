import { atMost, type PromisedWork, WorkLimitError } from './work-limit.ts';

/** Progressive files of cameras and editors have about ten scans; the most that the standard's example scripts need is 64. */
const MAX_SCANS = 100;
/**
 * Blocks of 8 x 8 that all scans together pass through. The decoder visits every block of a scan, also when one code of
 * two bytes says that nothing changes in all of them: 200 million take two seconds. Ten scans of 100 megapixels are 22 million.
 */
const MAX_BLOCK_VISITS = 200_000_000;
/** A large profile is a few dozen segments, a depth map of a telephone some hundreds. */
const MAX_SEGMENTS = 4096;

const SOS = 0xda;
const EOI = 0xd9;
const START_OF_SCAN = Buffer.from([0xff, SOS]);
const PROGRESSIVE = new Set([0xc2, 0xc6, 0xca, 0xce]);
/** Markers without a length: TEM, RST0 to RST7, SOI. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
/**
 * Markers that decoders take for the start of a segment: frames and tables, DNL, APP0 to APP15, comments. Any other makes the
 * picture undecodable where a segment may start.
 */
const startsSegment = (marker: number): boolean =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8) ||
  (marker >= 0xda && marker <= 0xdd) ||
  (marker >= 0xe0 && marker <= 0xef) ||
  marker === 0xfe;
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
}

const frameIn = (segment: Buffer): Frame | undefined => {
  const count = segment[5] ?? 0;
  if (segment.length < 6 + count * 3) return undefined;
  const components = Array.from({ length: count }, (_, index) => {
    const sampling = segment[7 + index * 3] ?? 0;
    return { id: segment[6 + index * 3] ?? 0, horizontal: sampling >> 4, vertical: sampling & 15 };
  });
  return { width: segment.readUInt16BE(3), height: segment.readUInt16BE(1), components };
};

/** The blocks that one scan passes through: of one component its own, of several whole units with all of theirs. */
const blocksOf = ({ width, height, components }: Frame, scan: Buffer): number => {
  const ids = Array.from({ length: scan[0] ?? 0 }, (_, index) => scan[1 + index * 2]);
  const scanned = components.filter(({ id }) => ids.includes(id));
  const across = Math.max(1, ...components.map(({ horizontal }) => horizontal));
  const down = Math.max(1, ...components.map(({ vertical }) => vertical));
  const [only] = scanned;
  if (scanned.length === 1 && only) {
    return Math.ceil((width * only.horizontal) / (8 * across)) * Math.ceil((height * only.vertical) / (8 * down));
  }
  const units = Math.ceil(width / (8 * across)) * Math.ceil(height / (8 * down));
  return units * scanned.reduce((sum, { horizontal, vertical }) => sum + horizontal * vertical, 0);
};

/**
 * Which coefficients of which components the scans had so far, to the last bit: only when all are there may the end marker be
 * missing without loss.
 */
class Coverage {
  readonly #lacking = new Map<number, Set<number>>();

  constructor({ components }: Frame) {
    for (const { id } of components) this.#lacking.set(id, new Set(Array.from({ length: 64 }, (_, index) => index)));
  }

  add(scan: Buffer): void {
    const count = scan[0] ?? 0;
    const [first = 0, last = 63, bits = 0] = scan.subarray(1 + count * 2);
    // A scan that leaves low bits to later ones is not the last for its coefficients.
    if ((bits & 15) !== 0) return;
    for (let index = 0; index < count; index += 1) {
      const lacking = this.#lacking.get(scan[1 + index * 2] ?? 0);
      for (let coefficient = first; coefficient <= Math.min(last, 63); coefficient += 1) lacking?.delete(coefficient);
    }
  }

  get isWhole(): boolean {
    return [...this.#lacking.values()].every(({ size }) => size === 0);
  }
}

/** Zeros that may be data: the code of flat blocks ends in a few. */
const FEW_ZEROS = 32;

/** Where the data of a JPEG without an end stop, before zeros that pad the file. */
const dataEnd = (bytes: Buffer, isProgressive: boolean): number => {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  if (bytes.length - end < FEW_ZEROS && !isProgressive) return bytes.length;
  // Behind a byte of ones, a zero is part of the data.
  return Math.min(bytes.length, bytes[end - 1] === 0xff ? end + 1 : end);
};

/**
 * The next marker after coded data, in which 0xff stands before zero, a restart marker, or a marker below those of frames: a
 * decoder that looks for a restart skips the two bytes of such a one, and ignores the length after it.
 */
const behindData = (bytes: Buffer, from: number): number => {
  let at = bytes.indexOf(0xff, from);
  for (; at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? EOI;
    if (next >= 0xc0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  return bytes.length;
};

/** Starts of scans in skipped bytes: a segment between scans holds none, unless it is to hide them. */
const hiddenScans = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(START_OF_SCAN); at !== -1; at = bytes.indexOf(START_OF_SCAN, at + 2)) count += 1;
  return count;
};

/**
 * Counts the segments and scans of a JPEG up to its end, and the blocks that decoding it passes through. Behind the first scan it
 * counts every scan that starts anywhere, so that it never counts fewer than a decoder that passes over other bytes.
 */
export const jpegWork = (bytes: Buffer): PromisedWork => {
  let frame: Frame | undefined;
  let coverage: Coverage | undefined;
  let [hasEnd, isProgressive] = [false, false];
  let [segments, scans, visits] = [0, 0, 0];
  for (let at = 2; at + 1 < bytes.length; ) {
    // Stray bytes between segments are passed over, as the decoder does.
    at = bytes.indexOf(0xff, at);
    if (at === -1) break;
    const marker = bytes[at + 1] ?? EOI;
    if (marker === 0xff || marker === 0 || isBare(marker)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    hasEnd = marker === EOI && at + 1 < bytes.length;
    if (marker === EOI || at + 4 > bytes.length) break;
    segments += 1;
    atMost(segments, MAX_SEGMENTS, 'segments');
    const length = bytes.readUInt16BE(at + 2);
    const segment = bytes.subarray(at + 4, at + 2 + length);
    if (scans > 0) {
      if (!startsSegment(marker))
        throw new WorkLimitError('The picture has marks between its scans that no decoder knows.');
      scans += hiddenScans(segment);
      atMost(scans, MAX_SCANS, 'scans');
    }
    at += 2 + Math.max(2, length);
    isProgressive ||= PROGRESSIVE.has(marker);
    if (isFrame(marker) && !frame) {
      frame = frameIn(segment);
      coverage = frame && new Coverage(frame);
    }
    if (marker !== SOS) continue;
    coverage?.add(segment);
    scans += 1;
    atMost(scans, MAX_SCANS, 'scans');
    visits += frame ? blocksOf(frame, segment) : 0;
    if (visits > MAX_BLOCK_VISITS) {
      throw new WorkLimitError('The picture has too many scans for its size: decoding it would take too long.');
    }
    at = behindData(bytes, at);
  }
  const pixels = frame ? frame.width * frame.height : 0;
  return !hasEnd && coverage?.isWhole ? { pixels, openEnd: dataEnd(bytes, isProgressive) } : { pixels };
};
