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
} from '../domain/file-metadata.ts';
import { NO_TEXTS } from '../domain/file-metadata.ts';
import type { ByteSource } from '../formats/byte-source.ts';
import { lineOf, numberOf, positiveOf, textOf } from './embedded-text.ts';

type SoundParts = Pick<FileMetadata, 'container' | 'video' | 'audio' | 'tags' | 'texts'>;

/** Named one by one: playlists are a format too, and those would have strangers' addresses fetched. */
const FORMATS = [MP4, QTFF, MATROSKA, WEBM, MP3, WAVE, OGG, ADTS, FLAC];

/** Frames that are looked at for the frame rate; in some containers they have to be read. */
const FRAMES_LOOKED_AT = 64;

/** A part that cannot be read is missing; the others stand. */
const attempt = async <T>(read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read();
  } catch {
    return null;
  }
};

/** Reads what a file of sound or film says of itself, in ranges; undefined when it is in none of the known containers. */
export const readSoundOrFilm = async (source: ByteSource): Promise<SoundParts | undefined> => {
  const input = new Input({
    formats: FORMATS,
    source: new CustomSource({
      getSize: () => source.size,
      read: (start, end) => source.read(start, end - start),
      maxCacheSize: 2 ** 20,
      // Whoever waits for the read hears of it as well.
      handleUnhandledError: () => undefined,
    }),
  });
  try {
    const format = await attempt(() => input.getFormat());
    if (!format) return undefined;
    const tags = soundTags((await attempt(() => input.getMetadataTags())) ?? {});
    const video = await attempt(() => input.getPrimaryVideoTrack());
    const audio = await attempt(() => input.getPrimaryAudioTrack());
    const duration = await durationOf(input);
    const tracks = { video: video && (await readVideo(video)), audio: audio && (await readAudio(audio)) };
    return { container: containerOf(format.name, duration, source.size), ...tracks, tags, texts: textsOf(tags) };
  } finally {
    input.dispose();
  }
};

/** Some containers note their duration; of others the end is looked up, which the limits on reading may cut short. */
const durationOf = async (input: Input): Promise<number | null> =>
  positiveOf(await attempt(() => input.getDurationFromMetadata())) ??
  positiveOf(await attempt(() => input.computeDuration()));

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

const readAudio = async (track: InputAudioTrack): Promise<AudioMetadata> => ({
  codec: await attempt(() => track.getCodec()),
  codecString: lineOf(await attempt(() => track.getCodecParameterString())),
  sampleRate: positiveOf(await attempt(() => track.getSampleRate()), 0),
  channels: positiveOf(await attempt(() => track.getNumberOfChannels()), 0),
  bitRate: positiveOf(await attempt(() => track.getAverageBitrate()), 0),
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
