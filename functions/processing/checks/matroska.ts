import type { ContainerWalk } from './stream-check.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const HEADER_BYTES = 12;
const MAX_ELEMENTS = 1000;

interface Element {
  readonly id: number;
  readonly headerLength: number;
  /** Undefined for one that goes on until the next of its rank, as a recorder writes it. */
  readonly length: number | undefined;
}

/** Matroska writes a number behind as many zero bits as it has further bytes; an id keeps its marker. */
const elementIn = (bytes: Buffer): Element | undefined => {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  const coded = bytes.subarray(idLength, idLength + sizeLength);
  let length = (coded[0] ?? 0) & ((1 << (8 - sizeLength)) - 1);
  let unknown = length === (1 << (8 - sizeLength)) - 1;
  for (const byte of coded.subarray(1)) {
    length = length * 256 + byte;
    unknown &&= byte === 255;
  }
  return {
    id: bytes.readUIntBE(0, idLength),
    headerLength: idLength + sizeLength,
    length: unknown ? undefined : length,
  };
};

/** WebM: a head, then one segment that has to fit in the file, with tracks and at least one cluster of frames. */
export function* walkMatroska(size: number): ContainerWalk {
  const head = elementIn(yield { at: 0, length: HEADER_BYTES });
  if (head?.id !== EBML || head.length === undefined) return 'foreign';
  let at = head.headerLength + head.length;
  const segment = elementIn(yield { at, length: HEADER_BYTES });
  if (segment?.id !== SEGMENT) return 'cut';
  at += segment.headerLength;
  if (segment.length !== undefined && at + segment.length > size) return 'cut';
  let tracks = false;
  for (let elements = 0; at < size && elements < MAX_ELEMENTS; elements += 1) {
    const element = elementIn(yield { at, length: HEADER_BYTES });
    if (!element) return 'cut';
    if (element.id === TRACKS) tracks = true;
    if (element.id === CLUSTER) return tracks ? 'sound' : 'cut';
    if (element.length === undefined) return 'cut';
    at += element.headerLength + element.length;
  }
  return 'cut';
}
