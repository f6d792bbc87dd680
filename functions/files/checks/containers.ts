import { walkFlac } from './flac.ts';
import { walkIsoMedia } from './iso-media.ts';
import { walkMatroska } from './matroska.ts';
import { beginsAsMpegAudio, walkMpegAudio } from './mpeg-audio.ts';
import { walkOgg } from './ogg.ts';
import type { ContainerWalk } from './stream-check.ts';
import { walkWave } from './wave.ts';

interface Container {
  /** The results of `file-type` for the first bytes. */
  readonly magic: readonly string[];
  /** Whether the first bytes are those of this container, if `file-type` does not know them. */
  readonly begins?: (head: Buffer) => boolean;
  /** The walk through a file of so many bytes. */
  readonly walk: (size: number) => ContainerWalk;
}

/**
 * The first brand of a file says which program wrote it, not its content: telephones write `3gp4`, cameras `qt  ` into files
 * that they call .mp4, and editors `mp42` or `isom` into .mov. Players only look at the tracks.
 */
const FILM_BRANDS = ['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'video/3gpp2'];
const FILM: Container = { magic: FILM_BRANDS, walk: walkIsoMedia };
const M4A: Container = { magic: ['audio/x-m4a', 'audio/mp4', ...FILM_BRANDS], walk: walkIsoMedia };
const WAVE: Container = { magic: ['audio/wav'], walk: walkWave };
const FLAC: Container = { magic: ['audio/flac'], walk: walkFlac };

/**
 * Audio and video: declared type -> its container. The `x-` names are no longer given to new uploads (`canonicalType`), but
 * records of earlier versions have them.
 */
export const CONTAINERS: Readonly<Record<string, Container>> = {
  'video/mp4': FILM,
  'video/quicktime': FILM,
  'video/webm': { magic: ['video/webm'], walk: walkMatroska },
  'audio/mpeg': { magic: ['audio/mpeg'], begins: beginsAsMpegAudio, walk: walkMpegAudio },
  'audio/mp4': M4A,
  'audio/x-m4a': M4A,
  'audio/wav': WAVE,
  'audio/x-wav': WAVE,
  'audio/flac': FLAC,
  'audio/x-flac': FLAC,
  'audio/ogg': { magic: ['audio/ogg', 'audio/ogg; codecs=opus'], walk: walkOgg },
  'audio/webm': { magic: ['video/webm'], walk: walkMatroska },
};
