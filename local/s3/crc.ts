/** A CRC whose bits are reflected, as all that S3 knows are: width, polynomial (reflected), all ones as start and final mask. */
export interface CrcKind {
  readonly width: 32 | 64;
  readonly polynomial: bigint;
}

export const CRC32: CrcKind = { width: 32, polynomial: 0xedb88320n };
export const CRC32C: CrcKind = { width: 32, polynomial: 0x82f63b78n };
export const CRC64NVME: CrcKind = { width: 64, polynomial: 0x9a6c9329ac4bc9b5n };

/** Both halves of the table apart, because 64-bit integers of JavaScript allocate. */
function table({ polynomial }: CrcKind): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(256);
  const high = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    low[byte] = Number(crc & 0xffffffffn);
    high[byte] = Number(crc >> 32n);
  }
  return { low, high };
}

/** A running CRC; `value` is the CRC of the bytes so far. */
export function createCrc(kind: CrcKind): { update(data: Uint8Array): void; value(): bigint } {
  const { low: tableLow, high: tableHigh } = table(kind);
  const wide = kind.width === 64;
  let low = 0xffffffff;
  let high = wide ? 0xffffffff : 0;
  return {
    update(data) {
      let [l, h] = [low, high];
      for (let i = 0; i < data.length; i += 1) {
        const index = (l ^ (data[i] as number)) & 0xff;
        l = ((l >>> 8) | (h << 24)) ^ (tableLow[index] as number);
        h = (h >>> 8) ^ (tableHigh[index] as number);
      }
      low = l >>> 0;
      high = h >>> 0;
    },
    value: () => (BigInt(wide ? ~high >>> 0 : 0) << 32n) | BigInt(~low >>> 0),
  };
}

function multiply(a: bigint, b: bigint, { width, polynomial }: CrcKind): bigint {
  let product = 0n;
  let factor = b;
  for (let bit = BigInt(width) - 1n; bit >= 0n; bit -= 1n) {
    if ((a >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n;
  }
  return product;
}

/** The CRC of two pieces of data joined, from the CRC of each and the length of the second. */
export function combineCrc(first: bigint, second: bigint, secondLength: number, kind: CrcKind): bigint {
  // In reflected notation the highest bit is x^0; the first CRC moves up by eight bits for each byte that follows it.
  const one = 1n << BigInt(kind.width - 1);
  let power = one >> 8n;
  let shift = one;
  for (let length = BigInt(secondLength); length > 0n; length >>= 1n) {
    if (length & 1n) shift = multiply(power, shift, kind);
    power = multiply(power, power, kind);
  }
  return multiply(shift, first, kind) ^ second;
}
