import { walkFlac } from './flac.ts';
import { walkIsoMedia } from './iso-media.ts';
import { walkMatroska } from './matroska.ts';
import { walkMpegAudio } from './mpeg-audio.ts';
import { walkOgg } from './ogg.ts';
import type { ContainerWalk } from './stream-check.ts';
import { walkWave } from './wave.ts';

interface Container {
  /** What `file-type` may find in the first bytes. */
  readonly magic: readonly string[];
  /** The walk through a file of so many bytes. */
  readonly walk: (size: number) => ContainerWalk;
}

const M4A: Container = { magic: ['audio/x-m4a', 'audio/mp4', 'video/mp4'], walk: walkIsoMedia };
const WAVE: Container = { magic: ['audio/wav'], walk: walkWave };
const FLAC: Container = { magic: ['audio/flac'], walk: walkFlac };

/**
 * Sound and film: declared type -> its container. The `x-` names are no longer given to new uploads (`canonicalType`), but
 * records of earlier versions have them.
 */
export const CONTAINERS: Readonly<Record<string, Container>> = {
  'video/mp4': { magic: ['video/mp4', 'video/x-m4v'], walk: walkIsoMedia },
  'video/quicktime': { magic: ['video/quicktime'], walk: walkIsoMedia },
  'video/webm': { magic: ['video/webm'], walk: walkMatroska },
  'audio/mpeg': { magic: ['audio/mpeg'], walk: walkMpegAudio },
  'audio/mp4': M4A,
  'audio/x-m4a': M4A,
  'audio/wav': WAVE,
  'audio/x-wav': WAVE,
  'audio/flac': FLAC,
  'audio/x-flac': FLAC,
  'audio/ogg': { magic: ['audio/ogg', 'audio/ogg; codecs=opus'], walk: walkOgg },
  'audio/webm': { magic: ['video/webm'], walk: walkMatroska },
};
