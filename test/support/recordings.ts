/** Sounds and films whose headers do not say how long they play, or say it wrongly. */
import type { ByteSource } from '../../functions/shared/byte-source.ts';

/** Bytes of a frame of 44.1 kHz, by the index of its bit rate. */
const MP3_FRAMES = new Map([
  [1, 104],
  [5, 208],
  [14, 1044],
]);
const SECONDS_OF_FRAME = 1152 / 44_100;

const mp3Frame = (rate: number, body = Buffer.alloc(0)): Buffer => {
  const frame = Buffer.alloc(MP3_FRAMES.get(rate) ?? 0);
  frame.set([0xff, 0xfb, rate << 4, 0x44]);
  body.copy(frame, 4);
  return frame;
};

/** The frame in which an encoder notes how many frames there are. */
const noteOf = (frames: number): Buffer => {
  const note = Buffer.alloc(48);
  note.write('Xing', 32);
  note.writeUInt32BE(1, 36);
  note.writeUInt32BE(frames, 40);
  return mp3Frame(5, note);
};

/** A tag with a cover, which is full of what looks like the start of a frame. */
const tag = Buffer.concat([
  Buffer.from('ID3\x03\0\0\0\0\x07\x68', 'latin1'),
  Buffer.alloc(1000, Buffer.from('fffb9064', 'hex')),
]);

export interface VariableMp3 {
  readonly seconds: number;
  /** Frames that the encoder's note claims; without it there is no note. */
  readonly claims?: number;
  readonly tagged?: boolean;
}

/** An MP3 that begins loud and is quiet from its tenth second on, so that its bit rate falls. */
export const variableMp3 = ({ seconds, claims, tagged = false }: VariableMp3): Buffer => {
  const frames = Math.round(seconds / SECONDS_OF_FRAME);
  return Buffer.concat([
    ...(tagged ? [tag] : []),
    ...(claims === undefined ? [] : [noteOf(claims)]),
    ...Array.from({ length: frames }, (_, index) => mp3Frame(index * SECONDS_OF_FRAME < seconds / 10 ? 14 : 1)),
  ]);
};

/** AAC in frames of very different lengths, at 48 kHz: 46.875 frames a second. */
export const variableAac = (seconds: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.round(seconds * 46.875) }, (_, index) => {
      const length = index < 20 ? 1500 : 30;
      const frame = Buffer.alloc(length);
      frame.set([0xff, 0xf1, 0x4c, 0x80 | (length >> 11), (length >> 3) & 255, ((length & 7) << 5) | 31, 0xfc]);
      return frame;
    }),
  );

/** A film in fragments whose header has the duration of what was there when it was written, as recorders leave it. */
export const shortHeader = (film: Buffer): Buffer => {
  const changed = Buffer.from(film);
  const header = changed.indexOf('mvhd');
  const scale = changed.readUInt32BE(header + 16);
  changed.writeUInt32BE(Math.round(scale * 0.13), header + 20);
  const track = changed.indexOf('tkhd');
  changed.writeUInt32BE(Math.round(scale * 0.13), track + 24);
  const media = changed.indexOf('mdhd');
  changed.writeUInt32BE(Math.round(changed.readUInt32BE(media + 16) * 0.13), media + 20);
  return changed;
};

/** A WebM whose header claims another duration, in milliseconds. */
export const webmClaiming = (film: Buffer, milliseconds: number): Buffer => {
  const changed = Buffer.from(film);
  const at = changed.indexOf(Buffer.from('448988', 'hex'));
  changed.writeDoubleBE(milliseconds, at + 3);
  return changed;
};

/** A file that repeats a piece, of which each may differ, and takes no memory. */
export const repeated = (head: Buffer, length: number, times: number, piece: (index: number) => Buffer): ByteSource => {
  const size = head.length + length * times;
  return {
    size,
    read: async (start, wanted) => {
      const end = Math.min(start + wanted, size);
      const parts = start < head.length ? [head.subarray(start, end)] : [];
      for (let at = Math.max(start, head.length); at < end; ) {
        const index = Math.floor((at - head.length) / length);
        const from = at - head.length - index * length;
        const part = piece(index).subarray(from, from + end - at);
        parts.push(part);
        at += part.length;
      }
      return Buffer.concat(parts);
    },
  };
};
