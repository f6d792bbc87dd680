import { skipId3 } from './mpeg-audio.ts';
import type { ContainerWalk } from './stream-check.ts';

const MAX_BLOCKS = 128;

/**
 * FLAC: blocks of metadata, the first of which describes the audio, then frames. Only a decoder can tell how many frames there
 * should be.
 */
export function* walkFlac(size: number): ContainerWalk {
  let at: number = yield* skipId3();
  const magic: Buffer = yield { at, length: 4 };
  if (magic.toString('latin1') !== 'fLaC') return 'foreign';
  at += 4;
  for (let blocks = 0; blocks < MAX_BLOCKS && at < size; blocks += 1) {
    const block: Buffer = yield { at, length: 4 };
    if (block.length < 4) return 'cut';
    const type = block.readUInt8(0);
    const length = block.readUIntBE(1, 3);
    if (blocks === 0 && ((type & 0x7f) !== 0 || length !== 34)) return 'foreign';
    at += 4 + length;
    if (type < 0x80) continue;
    const frame: Buffer = yield { at, length: 2 };
    return frame.length === 2 && (frame.readUInt16BE(0) & 0xfffe) === 0xfff8 ? 'sound' : 'cut';
  }
  return 'cut';
}
