import createFfmpeg from '@ffmpeg/core';
import { readDecoder } from './decoder-file.ts';

/** FFmpeg could not convert its input. */
export class FfmpegError extends Error {
  override readonly name = 'FfmpegError';
}

/** The end of FFmpeg's output, for the log. */
const LAST_LINES = 8;

/**
 * FFmpeg as WebAssembly: bytes and options in, bytes out. It has a file system in memory, no network, and one run each.
 *
 * Throws `FfmpegError` with its output.
 */
export const ffmpeg = async (
  input: Uint8Array,
  { before = [], after }: { readonly before?: readonly string[]; readonly after: readonly string[] },
): Promise<Uint8Array> => {
  // The package is built for a browser's worker and looks for its own address there.
  Object.assign(globalThis, { self: globalThis, location: { href: import.meta.url } });
  const core = await createFfmpeg({ wasmBinary: await readDecoder('ffmpeg-core.wasm') });
  const lines: string[] = [];
  core.setLogger(({ message }) => lines.push(message));
  core.FS.writeFile('/in', input);
  const code = core.exec('-hide_banner', '-loglevel', 'error', ...before, '-i', '/in', ...after, '/out');
  const fail = () => new FfmpegError(`ended with ${code}: ${lines.slice(-LAST_LINES).join(' | ')}`);
  try {
    const bytes = core.FS.readFile('/out');
    if (bytes.length === 0) throw fail();
    return bytes;
  } catch {
    throw fail();
  }
};
