import { ALL_FORMATS, CustomSource, Input } from 'mediabunny';
import type { ByteSource } from '../../shared/byte-source.ts';

/** Opens a film or sound for reading its tracks and packets where they lie. */
export const openMedia = (source: ByteSource): Input =>
  new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({
      getSize: () => source.size,
      read: (start, end) => source.read(start, end - start),
    }),
  });
