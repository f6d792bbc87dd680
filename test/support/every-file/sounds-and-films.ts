/** Sounds and films as encoders write them. */
import { EXPECTED_METADATA } from '../../fixtures/expected-metadata.ts';
import { fixture } from '../fixtures.ts';
import { webm } from '../least-files.ts';
import { shortHeader, variableMp3, webmClaiming } from '../recordings.ts';
import { CARD, described, type ExpectedFile, type ExpectedShow, kept, NO_TEXT, type Spot } from './expected.ts';

/** What `previews/make.sh` films: blue on the left, orange on the right, after a second of black. */
const HALVES: readonly Spot[] = [
  [0.2, 0.5, [0, 1, 3]],
  [0.8, 0.5, [4, 2, 0]],
];
const WAVEFORM: Required<ExpectedShow> = { size: [1280, 400], spots: [[0.01, 0.01, [4, 4, 4]]] };

const seconds = (path: string): number => EXPECTED_METADATA[path]?.container?.duration ?? 0;
const sound = (path: string): ExpectedFile =>
  described(path, {
    record: { width: null, height: null, duration: seconds(path) },
    shows: WAVEFORM,
    text: NO_TEXT,
  });
const film = (path: string, width: number, height: number): ExpectedFile =>
  described(path, {
    record: { width, height, duration: seconds(path) },
    shows: { size: [width, height] },
    text: NO_TEXT,
  });

/** A film whose frames are looked at. */
const seen = (
  file: string,
  type: string,
  codec: string,
  [width, height]: readonly [number, number] = [320, 180],
  shows: ExpectedShow = { size: [width, height], spots: HALVES },
): ExpectedFile =>
  kept(`seen-${file}`, type, () => fixture(`previews/${file}`), {
    record: { width, height },
    shows,
    metadata: { video: { codec, width, height } },
    text: NO_TEXT,
  });

/** A sound whose loudness is looked at. */
const heard = (file: string, type: string, codec: string): ExpectedFile =>
  kept(`heard-${file}`, type, () => fixture(`previews/${file}`), {
    record: { width: null, height: null },
    shows: { size: WAVEFORM.size, spots: [...WAVEFORM.spots, [0.8, 0.25, [4, 4, 4]]] },
    metadata: { audio: { codec } },
    text: NO_TEXT,
  });

export const SOUNDS_AND_FILMS: readonly ExpectedFile[] = [
  ...['bare.mp3', 'tagged.flac', 'tagged.m4a', 'tagged.mp3', 'tagged.ogg', 'tagged.opus', 'tagged.wav'].map((name) =>
    sound(`audio/${name}`),
  ),
  heard('sound.mp3', 'audio/mpeg', 'mp3'),
  heard('sound.wav', 'audio/wav', 'pcm-s16'),
  heard('sound.ogg', 'audio/ogg', 'vorbis'),
  film('video/index-first.mp4', 160, 90),
  film('video/index-last.mp4', 160, 90),
  film('video/fragmented.mp4', 160, 90),
  film('video/tagged.webm', 160, 90),
  film('video/upright.mov', 90, 160),
  seen('moov-last.mp4', 'video/mp4', 'avc'),
  seen('film.mov', 'video/quicktime', 'avc'),
  seen('film.webm', 'video/webm', 'vp9'),
  seen('hevc.mp4', 'video/mp4', 'hevc'),
  seen('turned.mp4', 'video/mp4', 'avc', [180, 320], {
    size: [180, 320],
    spots: [
      [0.5, 0.2, [4, 2, 0]],
      [0.5, 0.8, [0, 1, 3]],
    ],
  }),
  seen('av1.mp4', 'video/mp4', 'av1', [320, 180], CARD),
  ...(
    [
      ['without a note', {}],
      ['with a wrong note', { claims: 90 }],
      ['behind a cover', { tagged: true }],
    ] as const
  ).map(([how, made]) =>
    kept(`variable rate ${how}.mp3`, 'audio/mpeg', () => variableMp3({ seconds: 20, ...made }), {
      // 766 frames of 1,152 samples.
      record: { width: null, height: null, duration: 20.01 },
      shows: WAVEFORM,
      metadata: { audio: { codec: 'mp3' } },
      text: NO_TEXT,
    }),
  ),
  kept('short-header.mp4', 'video/mp4', async () => shortHeader(await fixture('video/fragmented.mp4')), {
    record: { width: 160, height: 90, duration: 2.08 },
    shows: { size: [160, 90] },
    metadata: { video: { codec: 'avc' } },
    text: NO_TEXT,
  }),
  kept('short-header.webm', 'video/webm', async () => webmClaiming(await fixture('previews/film.webm'), 130), {
    record: { width: 320, height: 180, duration: 3.007 },
    shows: { size: [320, 180], spots: HALVES },
    metadata: { video: { codec: 'vp9' } },
    text: NO_TEXT,
  }),
  ...(['recorded-vp8.webm', 'recorded-vp9.webm', 'recorded.mp4'] as const).map((name) =>
    kept(`one-key-frame-${name}`, name.endsWith('mp4') ? 'video/mp4' : 'video/webm', () => fixture(`colours/${name}`), {
      record: { width: 320, height: 180 },
      shows: { size: [320, 180], spots: HALVES },
      metadata: {},
      text: NO_TEXT,
    }),
  ),
  kept('recorded.weba', 'audio/webm', () => webm({ recorded: true }), {
    record: { width: null, height: null },
    shows: CARD,
    metadata: { contentType: 'video/webm' },
    text: NO_TEXT,
  }),
];
