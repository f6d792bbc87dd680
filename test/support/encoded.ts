/** Bytes of one or two units that an encoding has, by the letter that they mean; found by decoding each. */
const lettersOf = (encoding: string): ReadonlyMap<string, readonly number[]> => {
  const decoder = new TextDecoder(encoding);
  const letters = new Map<string, readonly number[]>();
  const note = (...bytes: readonly number[]): void => {
    const letter = decoder.decode(Uint8Array.from(bytes));
    if ([...letter].length === 1 && letter !== '\ufffd' && !letters.has(letter)) letters.set(letter, bytes);
  };
  for (let byte = 0; byte < 256; byte += 1) note(byte);
  for (let lead = 0x81; lead < 255; lead += 1) for (let trail = 0x40; trail < 255; trail += 1) note(lead, trail);
  return letters;
};

/** A text in an encoding that Node.js can read and not write; throws for a letter that the encoding lacks. */
export const encodedAs = (text: string, encoding: string): Buffer => {
  const letters = lettersOf(encoding);
  const bytes = [...text].flatMap((letter) => {
    const found = letters.get(letter);
    if (!found) throw new Error(`${encoding} has no ${letter}`);
    return found;
  });
  return Buffer.from(bytes);
};
