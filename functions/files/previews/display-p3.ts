const LEVELS = 4096;

/** The transfer curve of sRGB and Display P3. */
const toLight = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const fromLight = (light: number): number => (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);

/**
 * Turns the colours of RGBA pixels from Display P3 to sRGB, in place. The two have the same white and the same curve, so
 * one matrix in light does it; what sRGB cannot show becomes its nearest channel values.
 */
export const displayP3ToSrgb = (pixels: Uint8Array): void => {
  const light = Float32Array.from({ length: 256 }, (_, value) => toLight(value / 255));
  const encoded = Uint8Array.from({ length: LEVELS + 1 }, (_, level) => Math.round(fromLight(level / LEVELS) * 255));
  const level = (value: number): number => encoded[Math.min(LEVELS, Math.max(0, Math.round(value * LEVELS)))] ?? 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const red = light[pixels[at] ?? 0] ?? 0;
    const green = light[pixels[at + 1] ?? 0] ?? 0;
    const blue = light[pixels[at + 2] ?? 0] ?? 0;
    pixels[at] = level(1.2249402 * red - 0.2249404 * green);
    pixels[at + 1] = level(-0.0420569 * red + 1.0420571 * green);
    pixels[at + 2] = level(-0.0196376 * red - 0.0786361 * green + 1.0982735 * blue);
  }
};
