import type { ByteSource } from '../../shared/byte-source.ts';
import { elementIn } from '../formats/ebml.ts';

const MIB = 2 ** 20;
const HEAD = 64 * 1024;
/** How far from the end the last cluster is searched; recorders begin one every few seconds. */
const TAILS = [MIB, 4 * MIB, 16 * MIB];

const CLUSTER = 0x1f43b675;
const CLUSTER_BYTES = Buffer.from('1f43b675', 'hex');
const SCALE_BYTES = Buffer.from('2ad7b1', 'hex');
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
/** Nanoseconds of a tick, if the header has none. */
const USUAL_SCALE = 1_000_000;
const NANOSECONDS = 1e9;

const bytesOf = async (source: ByteSource, start: number, length: number): Promise<Buffer> =>
  Buffer.from(await source.read(start, length));

const numberIn = (bytes: Buffer): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

/**
 * When the last frame of a recording without an index ends: the last cluster is searched from the end of the file, and its
 * blocks have times. Seconds; undefined when there is none near the end.
 */
export const endOfLastCluster = async (source: ByteSource): Promise<number | undefined> => {
  const head = await bytesOf(source, 0, HEAD);
  for (const length of TAILS) {
    const tail = await bytesOf(source, Math.max(0, source.size - length), length);
    const ticks = lastEndIn(tail);
    if (ticks !== undefined) return (ticks * scaleIn(head)) / NANOSECONDS;
    if (length >= source.size) break;
  }
  return undefined;
};

const scaleIn = (head: Buffer): number => {
  const at = head.indexOf(SCALE_BYTES);
  const element = at === -1 ? undefined : elementIn(head.subarray(at, at + 12));
  if (!element?.length || element.length > 6) return USUAL_SCALE;
  return numberIn(head.subarray(at + element.headerLength, at + element.headerLength + element.length)) || USUAL_SCALE;
};

const lastEndIn = (tail: Buffer): number | undefined => {
  for (let at = tail.lastIndexOf(CLUSTER_BYTES); at > 0; at = tail.lastIndexOf(CLUSTER_BYTES, at - 1)) {
    const end = endOfCluster(tail, at);
    if (end !== undefined) return end;
  }
  return undefined;
};

/** The elements of a cluster from a position on, to the end of the bytes. */
function* elementsFrom(bytes: Buffer, from: number): Generator<{ readonly id: number; readonly body: Buffer }> {
  for (let at = from; at + 2 < bytes.length; ) {
    const element = elementIn(bytes.subarray(at, at + 12));
    if (element?.length === undefined || element.id === CLUSTER) return;
    const start = at + element.headerLength;
    yield { id: element.id, body: bytes.subarray(start, start + element.length) };
    at = start + element.length;
  }
}

/** When the last block of the cluster that begins here ends, in ticks; undefined when those bytes are no cluster. */
const endOfCluster = (bytes: Buffer, at: number): number | undefined => {
  const cluster = elementIn(bytes.subarray(at, at + 12));
  if (!cluster) return undefined;
  let start: number | undefined;
  const times: number[] = [];
  for (const { id, body } of elementsFrom(bytes, at + cluster.headerLength)) {
    if (id === TIMESTAMP) start = numberIn(body.subarray(0, 8));
    const block = id === SIMPLE_BLOCK ? body : id === BLOCK_GROUP ? blockIn(body) : undefined;
    const time = block && timeOf(block);
    if (time !== undefined) times.push(time);
  }
  if (start === undefined || times.length === 0) return undefined;
  const [last = 0, before = last] = [...new Set(times)].sort((one, other) => other - one);
  // A block only has its start: its duration is that of the block before it.
  return start + last + (last - before);
};

const blockIn = (group: Buffer): Buffer | undefined => [...elementsFrom(group, 0)].find(({ id }) => id === BLOCK)?.body;

/** Behind the number of the track, relative to the cluster. */
const timeOf = (block: Buffer): number | undefined => {
  const track = Math.clz32(block[0] ?? 0) - 23;
  return track + 2 <= block.length ? block.readInt16BE(track) : undefined;
};
