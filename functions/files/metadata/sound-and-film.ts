import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MATROSKA,
  type MetadataTags,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from 'mediabunny';
import type {
  AudioMetadata,
  ContainerMetadata,
  EmbeddedTexts,
  FileMetadata,
  SoundTags,
  VideoMetadata,
} from '../../domain/file-metadata.ts';
import { NO_TEXTS } from '../../domain/file-metadata.ts';
import type { ByteSource } from '../../shared/byte-source.ts';
import { cachedSource } from '../../shared/cached-source.ts';
import { withKnownLengths } from '../formats/wave-length.ts';
import { attempt } from './attempt.ts';
import { lengthOf } from './durations.ts';
import { lineOf, numberOf, positiveOf, textOf } from './embedded-text.ts';

type SoundParts = Pick<FileMetadata, 'container' | 'video' | 'audio' | 'tags' | 'texts'>;

/** Named one by one: playlists are a format too, and those would have strangers' addresses fetched. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, ADTS, FLAC];

/** Frames that are read for the frame rate; some containers require reading them. */
const FRAMES_LOOKED_AT = 64;

/** A smaller file is walked through to its end where it has no index; of a larger one its index is read, which takes some megabytes. */
const WALKED = 64 * 2 ** 20;
const MOST_READ = 24 * 2 ** 20;

/** Reads the metadata of an audio or video file, in ranges; undefined when it is in none of the known containers. */
export const readSoundOrFilm = async (file: ByteSource): Promise<SoundParts | undefined> => {
  const source = await withKnownLengths(file);
  const cached = cachedSource(source, { most: source.size <= WALKED ? WALKED * 2 : MOST_READ });
  const input = new Input({
    formats: FORMATS,
    source: new CustomSource({
      getSize: () => source.size,
      read: (start, end) => cached.read(start, end - start),
      maxCacheSize: 2 ** 20,
      // The caller that waits for the read gets the error as well.
      handleUnhandledError: () => undefined,
    }),
  });
  try {
    const format = await attempt(() => input.getFormat());
    if (!format) return undefined;
    const tags = soundTags((await attempt(() => input.getMetadataTags())) ?? {});
    const video = await attempt(() => input.getPrimaryVideoTrack());
    const audio = await attempt(() => input.getPrimaryAudioTrack());
    const { duration, bitRate } = await lengthOf(input, format, source);
    const tracks = { video: video && (await readVideo(video)), audio: audio && (await readAudio(audio, bitRate)) };
    return { container: containerOf(format.name, duration, source.size), ...tracks, tags, texts: textsOf(tags) };
  } finally {
    input.dispose();
  }
};

const containerOf = (format: string, duration: number | null, size: number): ContainerMetadata => ({
  format: format.replace(' File Format', ''),
  duration,
  bitRate: duration === null ? null : positiveOf((size * 8) / duration, 0),
});

const readVideo = async (track: InputVideoTrack): Promise<VideoMetadata> => ({
  codec: await attempt(() => track.getCodec()),
  codecString: lineOf(await attempt(() => track.getCodecParameterString())),
  width: positiveOf(await attempt(() => track.getDisplayWidth()), 0),
  height: positiveOf(await attempt(() => track.getDisplayHeight()), 0),
  rotation: numberOf(await attempt(() => track.getRotation()), 0) ?? 0,
  frameRate: positiveOf(
    (await attempt(() => track.computeFrameRateMetrics({ targetPacketCount: FRAMES_LOOKED_AT })))?.bestGuessFrameRate,
  ),
  bitRate: positiveOf(await attempt(() => track.getAverageBitrate()), 0),
});

const readAudio = async (track: InputAudioTrack, measured: number | null): Promise<AudioMetadata> => ({
  codec: await attempt(() => track.getCodec()),
  codecString: lineOf(await attempt(() => track.getCodecParameterString())),
  sampleRate: positiveOf(await attempt(() => track.getSampleRate()), 0),
  channels: positiveOf(await attempt(() => track.getNumberOfChannels()), 0),
  bitRate: measured ?? positiveOf(await attempt(() => track.getAverageBitrate()), 0),
});

const soundTags = (tags: MetadataTags): SoundTags | null => {
  const read: SoundTags = {
    title: lineOf(tags.title),
    artist: lineOf(tags.artist),
    album: lineOf(tags.album),
    albumArtist: lineOf(tags.albumArtist),
    genre: lineOf(tags.genre),
    track: positiveOf(tags.trackNumber, 0),
    year: positiveOf(tags.date?.getUTCFullYear(), 0),
    comment: textOf(tags.comment) ?? textOf(tags.description),
  };
  return Object.values(read).some((each) => each !== null) ? read : null;
};

const textsOf = (tags: SoundTags | null): EmbeddedTexts => ({
  ...NO_TEXTS,
  title: tags?.title ?? null,
  caption: tags?.comment ?? null,
  author: tags?.artist ?? null,
});
