import { ALL_FORMATS, CustomSource, Input } from 'mediabunny';
import type { ByteSource } from '../../shared/byte-source.ts';

/** Opens an audio or video file for reading its tracks and packets by ranges. */
export const openMedia = (source: ByteSource): Input =>
  new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({
      getSize: () => source.size,
      read: (start, end) => source.read(start, end - start),
    }),
  });
