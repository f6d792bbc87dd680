const extraLengthBytes = (second: number): number => ({ 126: 2, 127: 8 })[second & 0x7f] ?? 0;

const payloadLength = (header: readonly number[]): number => {
  const short = (header[1] ?? 0) & 0x7f;
  if (short < 126) return short;
  return header.slice(2).reduce((length, byte) => length * 256 + byte, 0);
};

/**
 * Watches the raw bytes of a client for a frame with a payload over `limit`; the returned function takes each chunk
 * and answers true from the first such frame on.
 *
 * `ws` bounds messages only, while API Gateway closes on a single frame over 32 KB as well. Follows RFC 6455, 5.2: two
 * bytes, 0, 2 or 8 bytes of length, 4 bytes of mask (clients always mask), payload.
 */
export const frameLimit = (limit: number): ((chunk: Buffer) => boolean) => {
  let header: number[] = [];
  let skip = 0;
  let exceeded = false;
  return (chunk) => {
    for (let at = 0; at < chunk.length && !exceeded; ) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      header.push(chunk[at++] ?? 0);
      if (header.length < 2 || header.length < 2 + extraLengthBytes(header[1] ?? 0)) continue;
      const length = payloadLength(header);
      exceeded = length > limit;
      skip = length + 4;
      header = [];
    }
    return exceeded;
  };
};
