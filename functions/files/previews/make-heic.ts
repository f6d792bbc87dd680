import libheif from 'libheif-js/libheif-wasm/libheif.js';
import { toSrgb } from '../pictures/tone-map.ts';
import { readDecoder } from './decoder-file.ts';
import { displayP3ToSrgb } from './display-p3.ts';
import { noPreview, type PreviewRenderer } from './preview.ts';

interface HeifImage {
  get_width(): number;
  get_height(): number;
  is_primary(): boolean;
  display(
    into: { data: Uint8ClampedArray; width: number; height: number },
    done: (drawn: { data: Uint8ClampedArray } | null) => void,
  ): void;
}

/** The part of the package's interface that its own types leave out. */
type LoadLibheif = (options: { wasmBinary: Uint8Array }) => {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): readonly HeifImage[] };
};

/**
 * Decodes the primary picture of a HEIC file, whole: libheif turns and mirrors as the container says, which is all that
 * counts; an EXIF orientation beside it repeats the same and is not applied again.
 *
 * The caller has checked the number of pixels.
 */
export const makeHeic: PreviewRenderer = async (source, { displayP3, coded }) => {
  // The package treats itself as CommonJS, also when it was bundled to a module.
  Object.assign(globalThis, { __dirname: '' });
  const { HeifDecoder } = await (libheif as unknown as LoadLibheif)({ wasmBinary: await readDecoder('libheif.wasm') });
  const images = new HeifDecoder().decode(await source.read(0, source.size));
  const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
  if (!image) return noPreview('broken');
  const width = image.get_width();
  const height = image.get_height();
  const data = new Uint8ClampedArray(width * height * 4);
  const drawn = await new Promise((resolve) => image.display({ data, width, height }, resolve));
  if (!drawn) return noPreview('broken');
  const pixels = new Uint8Array(data.buffer);
  if (displayP3) displayP3ToSrgb(pixels);
  if (coded) toSrgb({ data: pixels, channels: 4, max: 255 }, coded);
  return { kind: 'picture', picture: { data: pixels, width, height, channels: 4 } };
};
