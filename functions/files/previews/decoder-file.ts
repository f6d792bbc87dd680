import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Files of packages that decoders need, by their name beside a bundle. */
export const DECODER_FILES = {
  'ffmpeg-core.wasm': '@ffmpeg/core/wasm',
  'pdfium.wasm': '@hyzyla/pdfium/pdfium.wasm',
  'libheif.wasm': 'libheif-js/libheif-wasm/libheif.wasm',
  'DejaVuSans.ttf': 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
} as const;

export type DecoderFile = keyof typeof DECODER_FILES;

/** In a bundle the code is `.mjs` and the files are beside it; from source they are in their packages. */
const isBundled = (): boolean => import.meta.url.endsWith('.mjs');

/** The path of a decoder's file. */
export const decoderPath = (name: DecoderFile): string =>
  isBundled()
    ? fileURLToPath(new URL(name, import.meta.url))
    : createRequire(import.meta.url).resolve(DECODER_FILES[name]);

export const readDecoder = (name: DecoderFile): Promise<Buffer> => readFile(decoderPath(name));
