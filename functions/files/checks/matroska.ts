import { elementIn } from '../formats/ebml.ts';
import type { ContainerWalk } from './stream-check.ts';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const HEADER_BYTES = 12;
const MAX_ELEMENTS = 1000;

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
