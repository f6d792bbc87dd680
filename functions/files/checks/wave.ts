import { isUnknownLength } from '../formats/wave-length.ts';
import type { ContainerWalk } from './stream-check.ts';

const MAX_CHUNKS = 1000;
/** WAVE: chunks with their lengths; a format must come before data, and there must be data. */
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
      return formatted && (isUnknownLength(length) || at + 8 + length <= size) ? 'sound' : 'cut';
    }
    at += 8 + length + (length % 2);
  }
  return 'cut';
}
