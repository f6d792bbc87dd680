import type { ContainerWalk } from './stream-check.ts';

const MAX_CHUNKS = 1000;
/** What a recorder writes that could not go back to fill in the length. */
const UNKNOWN_LENGTHS = [0, 0xffffffff, 0x7fffffff];

/** WAVE: chunks with their lengths; a format has to come before data, and the data has to be there. */
export function* walkWave(size: number): ContainerWalk {
  const head: Buffer = yield { at: 0, length: 12 };
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return 'foreign';
  let formatted = false;
  let at = 12;
  for (let chunks = 0; at < size && chunks < MAX_CHUNKS; chunks += 1) {
    const chunk: Buffer = yield { at, length: 8 };
    if (chunk.length < 8) return 'cut';
    const name = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    if (name === 'fmt ') formatted = true;
    if (name === 'data') {
      return formatted && (UNKNOWN_LENGTHS.includes(length) || at + 8 + length <= size) ? 'sound' : 'cut';
    }
    at += 8 + length + (length % 2);
  }
  return 'cut';
}
