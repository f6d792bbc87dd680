/** The header of an element of Matroska. */
export interface Element {
  readonly id: number;
  readonly headerLength: number;
  /** Undefined for one that continues until the next of its level, as a recorder writes it. */
  readonly length: number | undefined;
}

/** Matroska writes a number after as many zero bits as it has further bytes; an id keeps its marker. */
export const elementIn = (bytes: Buffer): Element | undefined => {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  const coded = bytes.subarray(idLength, idLength + sizeLength);
  let length = (coded[0] ?? 0) & ((1 << (8 - sizeLength)) - 1);
  let unknown = length === (1 << (8 - sizeLength)) - 1;
  for (const byte of coded.subarray(1)) {
    length = length * 256 + byte;
    unknown &&= byte === 255;
  }
  return {
    id: bytes.readUIntBE(0, idLength),
    headerLength: idLength + sizeLength,
    length: unknown ? undefined : length,
  };
};
