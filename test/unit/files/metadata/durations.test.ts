import { describe, expect, it } from '@jest/globals';
import type { ContainerMetadata } from '../../../../functions/domain/file-metadata.ts';
import { endOfLastCluster } from '../../../../functions/files/metadata/last-cluster.ts';
import { readMetadata } from '../../../../functions/files/metadata/read-metadata.ts';
import { type ByteSource, bufferSource } from '../../../../functions/shared/byte-source.ts';
import { fixture } from '../../../support/fixtures/fixtures.ts';
import {
  repeated,
  shortHeader,
  variableAac,
  variableMp3,
  webmClaiming,
  writtenToPipe,
} from '../../../support/fixtures/recordings.ts';

const MIB = 2 ** 20;
const containerOf = async (source: ByteSource, type: string): Promise<ContainerMetadata | null> =>
  (await readMetadata(source, type)).container;
const secondsOf = async (bytes: Buffer, type: string) => (await containerOf(bufferSource(bytes), type))?.duration;

describe('how long a sound plays', () => {
  it.each([
    ['without a note of its encoder', { seconds: 20 }],
    ['behind a tag whose cover looks like frames', { seconds: 20, tagged: true }],
    ['with a note that claims too few frames', { seconds: 20, claims: 143 }],
    ['with a note that claims too many', { seconds: 20, claims: 90_000 }],
  ])('is counted frame by frame in an MP3 of variable rate %s', async (_, made) => {
    expect(await secondsOf(variableMp3(made), 'audio/mpeg')).toBeCloseTo(20, 1);
  });

  it('is that of all parts in an MP3 that was joined of several', async () => {
    const one = variableMp3({ seconds: 5, claims: 191, tagged: true });
    expect(await secondsOf(Buffer.concat([one, one, one]), 'audio/mpeg')).toBeCloseTo(15, 1);
  });

  it('goes on behind a hole, and ends with the last whole frame', async () => {
    const one = variableMp3({ seconds: 4 });
    const joined = Buffer.concat([one, Buffer.alloc(3000), one.subarray(0, one.length - 50)]);
    expect(await secondsOf(joined, 'audio/mpeg')).toBeCloseTo(8, 1);
  });

  it.each([0, 0x7fffffff, 0x7ffff000, 0xffffffff, 0xffffffdb])(
    'is all that is there in a WAV written to a pipe, whose header says %d bytes',
    async (length) => {
      const sound = await fixture('previews/sound.wav');
      expect(await secondsOf(writtenToPipe(sound, length), 'audio/wav')).toBe(3);
      const sized = writtenToPipe(sound, length);
      sized.writeUInt32LE(sized.length - 8, 4);
      expect(await secondsOf(sized, 'audio/wav')).toBe(3);
    },
  );

  it('is counted in AAC without a container', async () => {
    expect(await secondsOf(variableAac(8), 'audio/aac')).toBeCloseTo(8, 1);
  });

  it('makes the bit rate, which leaves tags and covers out for the sound itself', async () => {
    const bytes = variableMp3({ seconds: 20, tagged: true });
    const { container, audio } = await readMetadata(bufferSource(bytes), 'audio/mpeg');
    expect(container?.bitRate).toBeCloseTo((bytes.length * 8) / 20, -3);
    expect(audio?.bitRate).toBeCloseTo(((bytes.length - 1010) * 8) / 20, -3);
  });

  it('is estimated of frames all over a file that is too large to be counted', async () => {
    const piece = variableMp3({ seconds: 4 });
    const times = Math.ceil((70 * MIB) / piece.length);
    const long = repeated(Buffer.alloc(0), piece.length, times, () => piece);
    const { duration } = (await containerOf(long, 'audio/mpeg')) ?? {};
    expect((duration ?? 0) / (times * 153 * (1152 / 44_100))).toBeCloseTo(1, 1);
  });
});

describe('how long a film plays', () => {
  it('is where its last fragment ends, whatever the header of a recorder says', async () => {
    const film = await fixture('video/fragmented.mp4');
    expect(await secondsOf(shortHeader(film), 'video/mp4')).toBe(2.08);
    expect(await secondsOf(shortHeader(film.subarray(0, film.length - 67)), 'video/mp4')).toBe(2.08);
  });

  it.each([130, 900_000])('is where its last cluster ends when the head of a WebM claims %d ms', async (claimed) => {
    const film = await fixture('previews/film.webm');
    const honest = await secondsOf(film, 'video/webm');
    expect(honest).toBeCloseTo(3, 1);
    expect(await secondsOf(webmClaiming(film, claimed), 'video/webm')).toBe(honest);
  });

  it('is found at the end of a recording that has no index and is too large to be walked through', async () => {
    const film = await fixture('previews/film.webm');
    const head = film.subarray(0, film.indexOf(Buffer.from('1f43b675', 'hex')));
    // A segment of open length, as a recorder begins it.
    const segment = head.indexOf(Buffer.from('18538067', 'hex')) + 4;
    const open = Buffer.concat([
      head.subarray(0, segment),
      Buffer.from('01ffffffffffffff', 'hex'),
      head.subarray(segment + 8),
    ]);
    const long = repeated(webmClaiming(open, 3000), MIB, 100, (second) => cluster(second));
    expect((await containerOf(long, 'video/webm'))?.duration).toBeCloseTo(100, 0);
    expect(await endOfLastCluster(long)).toBeCloseTo(100, 0);
  });

  it('is not made up of bytes that only look like a cluster', async () => {
    expect(await endOfLastCluster(bufferSource(Buffer.alloc(MIB, Buffer.from('1f43b675', 'hex'))))).toBeUndefined();
    expect(await endOfLastCluster(bufferSource(Buffer.alloc(0)))).toBeUndefined();
  });
});

/** A MiB of open length: its time, and two frames half a second apart. */
const cluster = (second: number): Buffer => {
  const time = Buffer.from('e7840000000000', 'hex').subarray(0, 6);
  time.writeUInt32BE(second * 1000, 2);
  const bytes = Buffer.alloc(MIB);
  Buffer.concat([Buffer.from('1f43b67501ffffffffffffff', 'hex'), time, block(0, 100), block(500, MIB - 150)]).copy(
    bytes,
  );
  // What is left is a void.
  const at = 12 + 6 + 112 + MIB - 150 + 12;
  bytes.set([0xec, 0x80 | (MIB - at - 2)], at);
  return bytes;
};

const block = (time: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length + 12);
  bytes.set([0xa3, 0x01]);
  bytes.writeUIntBE(length + 3, 3, 6);
  bytes.set([0x81, time >> 8, time & 255, 0x80], 9);
  return bytes;
};
