import type { CodedColours } from '../formats/coded-colours.ts';

/** Decoded pixels of 8 or 16 bits a channel, the fourth of which is alpha. */
export interface CodedPixels {
  readonly data: Uint8Array | Uint16Array;
  readonly channels: 3 | 4;
  /** The light of the value 1. */
  readonly max: number;
}

/** Nits of white paper, which is 1 below, and of the brightest distinguished light. */
const WHITE_NITS = 203;
const PEAK_NITS = 1000;
const PEAK = PEAK_NITS / WHITE_NITS;

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

const FROM_2020: Matrix = [
  1.660491, -0.5876411, -0.0728499, -0.1245505, 1.1328999, -0.0083494, -0.0181508, -0.1005789, 1.1187297,
];
const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const TO_2020: Readonly<Record<CodedColours['primaries'], Matrix>> = {
  bt2020: IDENTITY,
  p3: [0.753833, 0.1985974, 0.0475696, 0.0457438, 0.9417772, 0.0124789, -0.0012103, 0.0176017, 0.9836086],
  bt709: [0.6274039, 0.329283, 0.0433131, 0.0690973, 0.9195404, 0.0113623, 0.0163914, 0.0880133, 0.8955953],
};

/** PQ (SMPTE ST 2084): nits of a signal. */
const pqNits = (signal: number): number => {
  const power = signal ** (32 / 2523);
  return (Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)) ** (16384 / 2610) * 10_000;
};

/** HLG (BT.2100): light of the scene, 0 to 1. */
const hlgScene = (signal: number): number =>
  signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;

const srgbLight = (signal: number): number => (signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4);
const srgbSignal = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

const LIGHT: Readonly<Record<CodedColours['transfer'], (signal: number) => number>> = {
  hlg: hlgScene,
  pq: (signal) => pqNits(signal) / WHITE_NITS,
  srgb: srgbLight,
};

/** White paper of HDR is shown at half of the light, to leave room for brighter parts. */
const KNEE = 0.5;
const BEND = 0.65;
const MIDDLE_X = 1 - BEND + BEND / KNEE;
const MIDDLE_Y = (1 - BEND) * KNEE + BEND;

/**
 * The factor for light, given the brightest channel: half up to white paper, then along a parabola to 1 at the peak. It is the
 * operator for SDR screens of SMPTE ST 2094-50, which Chromium uses.
 */
const gain = (brightest: number): number => {
  if (brightest <= 1) return KNEE;
  if (brightest >= PEAK) return 1 / brightest;
  const square = 1 - 2 * MIDDLE_X + PEAK;
  const slope = 2 * (MIDDLE_X - 1);
  const along = (Math.sqrt(slope * slope - 4 * square * (1 - brightest)) - slope) / (2 * square);
  const rest = 1 - along;
  return (KNEE * rest * rest + 2 * MIDDLE_Y * rest * along + along * along) / brightest;
};

/** The whole of a scene is brightened as its luminance says: BT.2100, for a screen of 1,000 nits. */
const displayGain = (red: number, green: number, blue: number): number => {
  const luminance = 0.2627 * red + 0.678 * green + 0.0593 * blue;
  return luminance <= 0 ? 0 : luminance ** 0.2 * PEAK;
};

/**
 * How much of the light that a screen of sRGB cannot show in one channel also darkens the others. Chromium clips only that
 * channel, which turns deep reds to orange; all of it would make them dark.
 */
const HUE_KEPT = 0.25;

const LEVELS = 16_384;
const SIGNALS = Uint8Array.from({ length: LEVELS + 1 }, (_, level) => Math.round(srgbSignal(level / LEVELS) * 255));
const signalOf = (light: number): number => SIGNALS[Math.min(LEVELS, Math.max(0, Math.round(light * LEVELS)))] ?? 0;

/** Converts pixels of other colours to sRGB of 8 bits, as Chromium shows them. The result overwrites the memory of `data`. */
export const toSrgb = ({ data, channels, max }: CodedPixels, { transfer, primaries }: CodedColours): Uint8Array => {
  const light = Float32Array.from({ length: max + 1 }, (_, signal) => LIGHT[transfer](signal / max));
  const lightOf = (value: number | undefined): number => light[Math.min(max, value ?? 0)] ?? 0;
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = TO_2020[primaries];
  const [Rr, Rg, Rb, Gr, Gg, Gb, Br, Bg, Bb] = FROM_2020;
  const out = new Uint8Array(data.buffer, data.byteOffset, data.length);
  const alphaShift = data instanceof Uint16Array ? 8 : 0;
  for (let at = 0; at < data.length; at += channels) {
    const [r, g, b] = [lightOf(data[at]), lightOf(data[at + 1]), lightOf(data[at + 2])];
    const alpha = channels === 4 ? (data[at + 3] ?? 0) >> alphaShift : 0;
    const red = rr * r + rg * g + rb * b;
    const green = gr * r + gg * g + gb * b;
    const blue = br * r + bg * g + bb * b;
    const shown = transfer === 'hlg' ? displayGain(red, green, blue) : 1;
    const scale = transfer === 'srgb' ? 1 : shown * gain(shown * Math.max(red, green, blue));
    const shownRed = scale * (Rr * red + Rg * green + Rb * blue);
    const shownGreen = scale * (Gr * red + Gg * green + Gb * blue);
    const shownBlue = scale * (Br * red + Bg * green + Bb * blue);
    const excess = transfer === 'srgb' ? 0 : Math.max(0, shownRed - 1, shownGreen - 1, shownBlue - 1);
    const kept = 1 / (1 + HUE_KEPT * excess);
    out[at] = signalOf(kept * shownRed);
    out[at + 1] = signalOf(kept * shownGreen);
    out[at + 2] = signalOf(kept * shownBlue);
    if (channels === 4) out[at + 3] = alpha;
  }
  return out;
};
